import type { ConflictPolicy, Contract, ErrorAction, ErrorRule } from '../../engine/domain/contract.ts';
import { durationText } from '../../engine/compile/duration.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';
import { attachmentBlocks } from './attachment-section.ts';
import { fieldTable } from './field-words.ts';
import { unfitHere } from './limit-words.ts';
import { enumerated, fixed, list, name, paragraph, say, text, type Block, type Section } from './page.ts';

/** From the provider's messages to our ticket, and what happens when things go wrong. */
export function inboundSections(contract: Contract): readonly Section[] {
  return [
    { heading: 'What is dropped', blocks: dropped(contract) },
    { heading: "What the provider's messages change here", blocks: changes(contract) },
    { heading: 'Tickets that the provider opens', blocks: opened(contract) },
    { heading: 'Comments from the provider', blocks: comments(contract) },
    {
      heading: 'Files from the provider',
      blocks: attachmentBlocks(contract.inbound.attachments, contract.itsm.attachments),
    },
    { heading: 'When both sides change the same', blocks: conflicts(contract) },
    { heading: 'When something goes wrong', blocks: errors(contract) },
  ];
}

function dropped({ inbound }: Contract): readonly Block[] {
  if (inbound.outOfScope.length === 0)
    return [paragraph(say`Nothing: every ticket of the provider's is taken.`)];
  return [
    paragraph(
      say`Messages of the provider's are taken from the queue and dropped when one of these holds; the journal keeps the name. Later comments of such a ticket are dropped with it:`,
    ),
    list(
      inbound.outOfScope.map(({ name: called, when }) => say`${name(called)}: ${when.words('condition')}`),
    ),
  ];
}

function changes({ inbound }: Contract): readonly Block[] {
  return [
    paragraph(say`Of an update only what the provider has changed is written:`),
    fieldTable('our field', inbound.fields.values(), 'inbound'),
    ...unfitHere(inbound.fields.values()),
  ];
}

function opened({ inbound }: Contract): readonly Block[] {
  const all = say`A ticket that the provider opens is opened here with all of the fields above; our number is returned to the provider.`;
  if (inbound.create.size === 0) return [paragraph(all)];
  return [
    paragraph(say`${all} Besides, it gets:`),
    fieldTable('our field', inbound.create.values(), 'inbound'),
    ...unfitHere(inbound.create.values()),
  ];
}

function comments({ inbound }: Contract): readonly Block[] {
  if (inbound.comments === null) return [paragraph(say`They are not taken.`)];
  return [
    paragraph(say`Each is written here once:`),
    fieldTable("our comment's field", inbound.comments.values(), 'inbound'),
    ...unfitHere(inbound.comments.values()),
  ];
}

const STAYS: Readonly<Record<ConflictPolicy, string>> = {
  provider: "the provider's value stays",
  client: 'our value stays',
  latest: 'the later of the two stays',
};

function conflicts({ conflicts: policies }: Contract): readonly Block[] {
  const { fields, otherwise } = policies;
  const before = [...fields].map(([field, policy]) => say`${name(field)}: ${text(STAYS[policy])}`);
  const rest = text(STAYS[otherwise]);
  if (before.length === 0) return [paragraph(say`Before they agree again: ${rest}.`)];
  return [list([...before, say`all else: ${rest}`])];
}

function errors({ errors: rules }: Contract): readonly Block[] {
  const protocol = paragraph(
    say`${text(rules.length === 0 ? 'When' : 'Otherwise, when')} no answer comes, or the provider's side is in trouble, the same is sent again after one to two minutes, at most 20 times. A wrong key or address stops the contract, because trying again helps nobody. Anything else that the provider refuses holds up this one ticket, with the reason, and no other.`,
  );
  if (rules.length === 0) return [protocol];
  return [
    paragraph(say`By this contract's own rules, the first that holds:`),
    list(rules.map(errorRule)),
    protocol,
  ];
}

const errorRule = ({ name: called, when, then }: ErrorRule): Phrase =>
  say`${name(called)} (${when.words('condition')}): ${remedy(then)}`;

function remedy(then: ErrorAction): Phrase {
  switch (then.kind) {
    case 'replace': {
      const instead = Object.entries(then.fields).map(
        ([field, value]) => say`${name(field)} ${fixed(value)}`,
      );
      return say`it is sent again at once with ${enumerated(instead, 'and')}`;
    }
    case 'resend': {
      const from = durationText(then.afterMsMin);
      const to = durationText(then.afterMsMax);
      return say`it is sent again after ${text(from === to ? from : `${from} to ${to}`)}, at most ${text(String(then.atMost))} times`;
    }
    case 'park':
      return say`the ticket is held up`;
    case 'stop':
      return say`the contract stops`;
  }
}
