import type { Approvals, Changes, Contract } from '../../engine/domain/contract.ts';
import { APPEARS_AT, CHANGE_TYPES } from '../../engine/domain/provider-change.ts';
import { attachmentBlocks } from './attachment-section.ts';
import { fieldTable } from './field-words.ts';
import { unfitHere } from './limit-words.ts';
import { fixed, list, paragraph, say, text, type Block, type Section } from './page.ts';

/** From the provider's changes to ours, and what our people decide; nothing where the contract takes none. */
export function changeSections({ changes, itsm }: Contract): readonly Section[] {
  if (changes === null) return [];
  return [
    { heading: "The provider's changes", blocks: written(changes) },
    { heading: 'Comments on changes', blocks: comments(changes) },
    {
      heading: 'Files of changes',
      blocks: attachmentBlocks(changes.attachments, itsm.changeRequests?.attachments ?? null),
    },
    { heading: 'Approvals', blocks: approvals(changes.approvals) },
  ];
}

function written(changes: Changes): readonly Block[] {
  const { fields, create, cancelled, closed } = changes;
  return [
    paragraph(
      say`A change of the provider's is made here when it leaves its draft, and our number is returned. Nothing of it is ever sent back.`,
    ),
    list(CHANGE_TYPES.map((type) => say`${fixed(type)}: at ${fixed(APPEARS_AT[type])}`)),
    paragraph(say`It gets these; later only what the provider has changed is written:`),
    fieldTable("our change's field", fields.values(), 'inbound'),
    ...unfitHere([fields, create, cancelled, closed].flatMap((rules) => [...rules.values()])),
    ...(create.size === 0
      ? []
      : [
          paragraph(say`A new one gets besides:`),
          fieldTable("our change's field", create.values(), 'inbound'),
        ]),
    paragraph(say`When the provider redrafts or cancels it, or others reject it, it gets:`),
    fieldTable("our change's field", cancelled.values(), 'inbound'),
    paragraph(say`When the provider closes it, it gets:`),
    fieldTable("our change's field", closed.values(), 'inbound'),
    paragraph(
      say`A change that is assessed again after it was redrafted is made here anew, and the new number is returned.`,
    ),
  ];
}

function comments({ comments: taken, sends }: Changes): readonly Block[] {
  const incoming =
    taken === null
      ? [paragraph(say`The provider's are not taken.`)]
      : [
          paragraph(say`Each of the provider's is written here once:`),
          fieldTable("our comment's field", taken.values(), 'inbound'),
          ...unfitHere(taken.values()),
        ];
  if (sends === null) return [...incoming, paragraph(say`Ours are not sent.`)];
  return [
    ...incoming,
    paragraph(say`Each of ours is sent once when ${sends.when.words('condition')}:`),
    fieldTable("the comment's field", sends.fields.values(), 'outbound'),
  ];
}

function approvals(rules: Approvals | null): readonly Block[] {
  if (rules === null) return [paragraph(say`They are not taken.`)];
  const { fields, decided } = rules;
  const reason =
    decided.comment === null ? say`no reason` : say`as the reason ${decided.comment.value.words('value')}`;
  return [
    paragraph(say`Each approver of ours whom the provider asks gets a row:`),
    fieldTable("our approval's field", fields.values(), 'inbound'),
    ...unfitHere(fields.values()),
    paragraph(
      say`It is decided when ${decided.when.words('condition')}: approved when ${decided.approve.words('condition')}, otherwise rejected. The answer names ${decided.by.value.words('value')} and gives ${reason}.`,
    ),
    paragraph(
      say`${text('The first decision is sent, once. What is decided later, or after the provider no longer asks, is kept in the journal only.')}`,
    ),
  ];
}
