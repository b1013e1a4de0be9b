import { excerpt } from '../../engine/wire/excerpt.ts';
import { columns, jsonLines, painter, type Paint } from './layout.ts';
import type { Preview, PreviewedCall, PreviewedEnd, PreviewedMessage, PreviewedWrite } from './preview.ts';
import { reasonLines } from './reasons-text.ts';

const VALUES_LENGTH_MAX = 2000;

/** A preview for people. What comes first is what would happen, then why. */
export function previewText(preview: Preview, { color }: { readonly color: boolean }): string {
  const paint = painter(color);
  const shown = withoutControls(preview);
  const lines = [
    ...headLines(shown, paint),
    '',
    ...section('What would happen', happeningLines(shown, paint), paint),
    ...section('Why', reasonLines(shown.reasons, paint), paint),
    ...section('Warnings of the rules', diagnosticLines(shown, paint), paint),
  ];
  const text = lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ').trimEnd()).join('\n');
  return `${text.trimEnd()}\n`;
}

// eslint-disable-next-line no-control-regex -- it is these that are replaced
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Control characters of tickets and rules must not reach the terminal. */
const withoutControls = (preview: Preview): Preview =>
  JSON.parse(JSON.stringify(preview), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(CONTROLS, '\ufffd') : value,
  ) as Preview;

function headLines({ contract, rules, now, ticket, performed }: Preview, paint: Paint): readonly string[] {
  const about =
    ticket === null
      ? 'No ticket of ours.'
      : `Ticket ${paint('bold', ticket.number)}${ticket.provider_ticket === null ? '' : ` (${ticket.provider_ticket})`}: ${ticket.known}.`;
  return [
    `Contract ${paint('bold', contract)}, rules ${rules.hash}, at ${now}`,
    about,
    paint('dim', performed),
  ];
}

const section = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : [paint('bold', title), ...lines.map((line) => `  ${line}`), ''];

function happeningLines({ calls, writes, messages, end, journal }: Preview, paint: Paint): readonly string[] {
  const held = journal.filter(({ outcome }) => outcome === 'held').map(({ summary }) => summary);
  const writing = writes.flatMap((write) => writeLines(write, paint));
  const calling = calls.flatMap((call, index) => callLines(call, index + 1, paint));
  return [
    ...messages.flatMap((message) => messageLines(message, paint)),
    // What a message brings is written before anything is called; otherwise a write follows from an answer.
    ...(messages.length > 0 ? [...writing, ...calling] : [...calling, ...writing]),
    ...(calls.length === 0 ? ['No call is made.'] : []),
    ...held.map((summary) => `Held: ${summary}`),
    endLine(end, paint),
  ];
}

function messageLines(
  { transaction, id, deleted, outcome, summary, rule, faults }: PreviewedMessage,
  paint: Paint,
): readonly string[] {
  const fate = deleted ? 'deleted from the queue' : 'stays in the queue';
  return [
    `Message ${paint('bold', transaction)} ${id}: ${outcome ?? 'waits'}, ${fate}`,
    `    ${summary}${rule === null ? '' : `  [${rule}]`}`,
    ...faults.map((fault) => `    ${paint('red', 'not valid')}: ${fault}`),
  ];
}

const writeLines = ({ kind, key, statements }: PreviewedWrite, paint: Paint): readonly string[] => [
  `Write ${paint('bold', kind)} ${key}`,
  ...statements.flatMap(({ sql, values, condition }) => [
    `    ${paint('cyan', sql)}${condition === null ? '' : paint('dim', `  (${condition})`)}`,
    ...(values.length === 0 ? [] : [`      ${excerpt(values, VALUES_LENGTH_MAX)}`]),
  ]),
];

function callLines(call: PreviewedCall, number: number, paint: Paint): readonly string[] {
  const { kind, method, path, body, because, rule, answer, faults, sent } = call;
  return [
    `${number}. ${paint('bold', `${method} ${path}`)}  ${sent ? kind : paint('red', `${kind}, not sent`)}`,
    `   because ${because}${ruleText(rule, because)}`,
    ...faults.map(
      ({ field, limit, value }) => `   ${paint('red', 'not valid')}: ${field}: ${limit} (found: ${value})`,
    ),
    ...(body === null ? [] : jsonLines(body).map((line) => `   ${paint('cyan', line)}`)),
    ...(kind === 'attachment' ? ['   and then PUT of the file to the address that it answers'] : []),
    `   answer: ${answer}`,
  ];
}

/** `name (file:line)`; the name is not said twice. */
function ruleText(rule: string | null, because: string): string {
  const [, name = '', place = ''] = /^(.*) \((.+)\)$/.exec(rule ?? '') ?? [];
  if (rule === null) return '';
  return name !== '' && because.includes(name) ? `  [${place}]` : `  [${rule}]`;
}

function endLine(end: PreviewedEnd, paint: Paint): string {
  switch (end.kind) {
    case 'rests':
      return `${paint('green', 'Then')} nothing is left to do.`;
    case 'waits':
      return `${paint('yellow', 'Then it waits')}: it is sent again at about ${end.until}, unless a message settles it before.`;
    case 'parked': {
      const wakes = end.wakes === 'change' ? 'an edit of the ticket' : 'an operator';
      return `${paint('red', `Then the ticket is parked (${end.code})`)}: ${end.reason}; ${wakes} tries again.`;
    }
    case 'stopped':
      return `${paint('red', 'Then the contract stops')}: ${end.reason}`;
  }
}

const diagnosticLines = ({ diagnostics }: Preview, paint: Paint): readonly string[] =>
  columns(
    diagnostics.map(({ file, line, column, code, message }) => [
      `${file}:${line}:${column}`,
      paint('yellow', code),
      message,
    ]),
  );
