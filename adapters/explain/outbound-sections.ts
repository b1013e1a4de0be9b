import { reopenPolicies, type Contract, type FieldRule, type Table } from '../../engine/domain/contract.ts';
import { sizeText } from '../../engine/wire/size-text.ts';
import { CREATE_ONLY_FIELDS } from '../../engine/domain/payload.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';
import { fieldTable, waysBack } from './field-words.ts';
import { tooLongThere } from './limit-words.ts';
import { enumerated, fixed, list, name, paragraph, say, text, type Block, type Section } from './page.ts';

/** From our ticket to the provider's. */
export function outboundSections(contract: Contract): readonly Section[] {
  const { outbound } = contract;
  const rules = [...outbound.fields.values()];
  return [
    { heading: 'Which tickets travel', blocks: travelling(contract) },
    { heading: 'What the provider gets', blocks: payload(rules) },
    ...(contract.tables.size === 0 ? [] : [{ heading: 'Our words and theirs', blocks: tables(contract) }]),
    { heading: 'Comments to the provider', blocks: comments(contract) },
    { heading: 'Files to the provider', blocks: attachments(contract) },
    { heading: 'How a ticket ends', blocks: ending(contract) },
    { heading: 'Tickets that we take over ourselves', blocks: keptInternal(contract) },
  ];
}

function travelling({ outbound }: Contract): readonly Block[] {
  const { triggers, since, ticketType } = outbound;
  const one = triggers.length === 1;
  const before =
    since === null
      ? say`What was changed before the first start is not looked at.`
      : say`What was changed before ${text(new Date(since).toISOString().slice(0, 16).replace('T', ' '))} UTC is not looked at.`;
  return [
    paragraph(
      one
        ? say`A ticket is sent to the provider when this holds:`
        : say`A ticket is sent to the provider when one of these holds; the first that does is named in the journal:`,
    ),
    list(triggers.map(({ name: called, when }) => say`${name(called)}: ${when.words('condition')}`)),
    paragraph(say`It is sent as ${ticketType.value.words('value')}.`),
    paragraph(
      say`Once the provider has a ticket, it stays connected, whatever this says later. A ticket that is already done when it is first seen is not sent. ${before}`,
    ),
  ];
}

function payload(rules: readonly FieldRule[]): readonly Block[] {
  const onlyAtFirst = rules.filter(({ field }) => CREATE_ONLY_FIELDS.some((create) => create === field));
  const first =
    onlyAtFirst.length === 0
      ? say``
      : say` ${enumerated(
          onlyAtFirst.map(({ field }) => say`${name(field)}`),
          'and',
        )} ${text(onlyAtFirst.length === 1 ? 'travels' : 'travel')} only then.`;
  return [
    paragraph(
      say`The first time everything; afterwards only what has changed.${first} A ticket that is held up waits, with the reason, until somebody changes it or the rules.`,
    ),
    fieldTable("the provider's field", rules, 'outbound'),
    ...tooLongThere(rules),
    ...rules.filter(({ append }) => append.length > 0).flatMap(appended),
  ];
}

function appended({ field, append }: FieldRule): readonly Block[] {
  return [
    paragraph(
      say`Behind ${name(field)} are put, each on a line of its own if there is something to say; a change there is an update. They are taken off again when the text comes back:`,
    ),
    list(append.map(({ label, value }) => say`${fixed(label)}: ${value.words('value')}`)),
  ];
}

function tables(contract: Contract): readonly Block[] {
  return [...contract.tables.values()].flatMap((table) => [
    paragraph(say`${name(table.name)} (${usedBy(contract, table)})`),
    {
      kind: 'table' as const,
      head: ['ours', "the provider's"],
      rows: [
        ...table.entries.map(({ client, provider }) => [say`${text(client)}`, say`${text(provider)}`]),
        ...(table.otherwise === null ? [] : [[say`any other`, say`${text(table.otherwise)}`]]),
      ],
    },
    ...waysBack(table.entries).map(paragraph),
  ]);
}

function usedBy({ outbound, inbound }: Contract, table: Table): Phrase {
  const uses = (rules: Iterable<FieldRule>): readonly string[] =>
    [...rules].filter((rule) => rule.table?.name === table.name).map(({ field }) => field);
  const there = uses([outbound.ticketType, ...outbound.fields.values()]);
  const here = uses([
    ...inbound.fields.values(),
    ...inbound.create.values(),
    ...(inbound.comments?.values() ?? []),
  ]);
  const named = (fields: readonly string[]): Phrase =>
    enumerated(
      fields.map((field) => say`${name(field)}`),
      'and',
    );
  if (there.length + here.length === 0) return say`used nowhere`;
  if (there.length === 0) return say`for our ${named(here)}`;
  if (here.length === 0) return say`for the provider's ${named(there)}`;
  return say`for the provider's ${named(there)} and our ${named(here)}`;
}

function comments({ outbound }: Contract): readonly Block[] {
  if (outbound.comments === null) return [paragraph(say`Our comments do not travel.`)];
  const { when, fields } = outbound.comments;
  return [
    paragraph(say`A comment travels, once, when this holds for it: ${when.words('condition')}.`),
    fieldTable("the provider's field", fields.values(), 'outbound'),
    ...tooLongThere([...fields.values()]),
  ];
}

function attachments({ outbound }: Contract): readonly Block[] {
  if (outbound.attachments === null) return [paragraph(say`Our files do not travel.`)];
  const { when, sizeMax, encoding } = outbound.attachments;
  const form = encoding === 'base64' ? say` It travels as text, with .base64 behind its name.` : say``;
  return [
    paragraph(say`A file travels, once, when this holds for it: ${when.words('condition')}.${form}`),
    paragraph(
      say`Programs (.exe), and files of more than ${text(sizeText(sizeMax))}, are not sent; a comment on the ticket says so. A ticket is resolved and closed there only after the files that are on their way.`,
    ),
  ];
}

function ending({ outbound, inbound }: Contract): readonly Block[] {
  const notes = outbound.fields.get('closeNotes');
  const needed =
    notes === undefined
      ? say`The provider asks for a solution then; this contract maps none, so such tickets are held up.`
      : notes.default === null
        ? say`The provider asks for a solution then: a ticket without one is held up until it is written.`
        : say`The provider asks for a solution then: where there is none, it is ${fixed(notes.default)}.`;
  return [
    paragraph(
      say`When we resolve, close or cancel a ticket, the provider is told; what is closed here is resolved there first. ${needed} After closing, nothing more is sent.`,
    ),
    ...byType(inbound.reopen, (policy) => reopening[policy]),
    ...byType(inbound.afterClosed, (policy) => reopeningOfClosed[policy]),
    ...byType(outbound.afterClosed.byType, (policy) => goingOn[policy]),
    ...(reopenPolicies(inbound).includes('new-ticket') ? [paragraph(references(inbound))] : []),
    paragraph(
      outbound.deleted === null
        ? say`When a ticket is deleted here, the provider is not told.`
        : say`When a ticket is deleted here, the provider's is cancelled, or closed if it is resolved, with: ${fixed(outbound.deleted.closeNotes)}.`,
    ),
  ];
}

/** One paragraph for all tickets, or one for each type. */
const byType = <Policy>(
  { Incident, Request }: { readonly Incident: Policy; readonly Request: Policy },
  words: (policy: Policy) => Phrase,
): readonly Block[] =>
  Incident === Request
    ? [paragraph(words(Incident))]
    : [paragraph(say`Incidents: ${words(Incident)}`), paragraph(say`Requests: ${words(Request)}`)];

const reopening = {
  reopen: say`When the provider works again on a ticket that both sides had resolved, ours is re-opened too.`,
  'new-ticket': say`When the provider works again on a ticket that both sides had resolved, a new ticket is opened here instead; the old one stays as it is.`,
  'comments-only': say`When the provider works again on a ticket that both sides had resolved, ours stays resolved; only comments are still taken.`,
} as const;

const reopeningOfClosed = {
  reopen: say`Where it had been closed, ours is re-opened.`,
  'new-ticket': say`Where it had been closed, a new ticket is opened here.`,
  'comments-only': say`Where it had been closed, ours stays closed; only comments are still taken.`,
} as const;

const goingOn = {
  hold: say`A ticket that we work on again after the provider's was closed stays here: the provider's takes nothing more, and the journal says so.`,
  'new-ticket': say`A ticket that we work on again after the provider's was closed is opened there anew, if it still travels; a comment names the old one.`,
} as const;

function references({ references: { onNew, onOld } }: Contract['inbound']): Phrase {
  const inNew = onNew === null ? say`in a comment` : say`in its field ${name(onNew)}`;
  const inOld = onOld === null ? say`in a comment` : say`in its field ${name(onOld)}`;
  return say`The new ticket names the old one ${inNew}, and the old one names the new one ${inOld}.`;
}

function keptInternal({ outbound }: Contract): readonly Block[] {
  const kept = outbound.keptInternal;
  if (kept === null)
    return [paragraph(say`This contract has no rule for that: such tickets go on as before.`)];
  const sent = Object.entries(kept.send).map(([field, value]) => say`${name(field)} ${fixed(value)}`);
  return [
    paragraph(say`We have taken a ticket over when ${kept.when.words('condition')}.`),
    paragraph(
      say`The provider is then told once: ${enumerated(sent, 'and')}. Comments, a solution and the closing still travel; all else waits until the ticket is handed back.`,
    ),
  ];
}
