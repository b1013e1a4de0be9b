import { createHash } from 'node:crypto';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { Evidence } from '../evidence.ts';
import { expectedChange } from '../expected-changes.ts';
import type { ChangeDeed, Deed, OfferedThere } from '../history.ts';
import { CLOCK_ERROR_MS_MAX } from '../settings.ts';
import { textOf } from '../text-of.ts';

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

/** A file's row of ours, as it is in the end. */
interface Kept {
  readonly ticket: Ticket;
  readonly name: string;
  readonly sha256: string;
}

/** Every file of theirs that is in the contract is here once with its bytes, or one comment says why not. */
export async function filesIn(evidence: Evidence): Promise<readonly Fault[]> {
  const kept = await keptFiles(evidence);
  const { deeds, changeDeeds, edits } = evidence.world.history;
  const offered = [...deeds, ...changeDeeds].flatMap((deed) =>
    deed.file === undefined ? [] : [{ deed, file: deed.file }],
  );
  const known = new Set([
    ...offered.map(({ file }) => file.sha256),
    ...edits.flatMap(({ file }) => file?.sha256 ?? []),
  ]);
  return [
    ...offered.flatMap(({ deed, file }) =>
      ofFile(evidence, kept, deed, file).map((words) => ({ tickets: [deed.providerTicket], words })),
    ),
    ...kept
      .filter(({ sha256 }) => !known.has(sha256))
      .map(({ ticket, name }) => ({
        tickets: [ticket.number],
        words: `the file "${name}" here is not as anybody attached it`,
      })),
    ...offered.flatMap(({ deed, file }) => askedTooLate(evidence, deed, file)),
  ];
}

async function keptFiles({ tickets, changes, world }: Evidence): Promise<readonly Kept[]> {
  const { files } = world.database.twin;
  const all = [...tickets, ...changes].flatMap((ticket) =>
    (ticket.attachments ?? []).map(async ({ key, name }): Promise<Kept> => {
      const hash = createHash('sha256');
      const content = await files.read(ticket.key, key);
      for await (const part of content?.bytes ?? []) hash.update(part);
      return { ticket, name, sha256: hash.digest('hex') };
    }),
  );
  return Promise.all(all);
}

function ofFile(
  evidence: Evidence,
  kept: readonly Kept[],
  deed: Deed | ChangeDeed,
  file: OfferedThere,
): readonly string[] {
  const { contract, words } = evidence.world;
  const isOfChange = !('side' in deed);
  const rules = isOfChange ? (contract.changes?.attachments ?? null) : contract.inbound.attachments;
  const rows = isOfChange
    ? evidence.changesOf(deed.providerTicket)
    : evidence.tickets.filter((ticket) => evidence.linked(ticket)?.ticketNumber === deed.providerTicket);
  const here = kept.filter(({ sha256 }) => sha256 === file.sha256);
  const told = [...evidence.tickets, ...evidence.changes]
    .flatMap(({ comments }) => comments.map(({ fields }) => words.bodyOf(fields) || textOf(fields.body)))
    .filter((body) => body.startsWith('The provider attached ') && body.includes(file.label));
  const count = `is here ${here.length} times and refused ${told.length} times`;
  // Nobody of ours can have heard of it, or what it is about is not in the contract.
  const isOurs = rows.length > 0 && rules !== null && isTaken(evidence, deed) && !isIdle(evidence, deed);
  if (!isOurs) return here.length + told.length <= 1 ? [] : [`the file ${file.label} ${count}`];
  if (here.length + told.length !== 1) return [`the file ${file.label} ${count}`];
  const [one] = here;
  const [comment = ''] = told;
  if (one === undefined) {
    if (file.fate === 'stored') return [`the file ${file.label} is not here: ${comment}`];
    if (!file.because.test(comment))
      return [`the file ${file.label} is refused for another reason: ${comment}`];
    return file.fate === 'either' ? givenUpTooEarly(evidence, file, comment) : [];
  }
  return [
    ...(file.fate === 'refused' ? [`the file ${file.label} is of a kind that is not taken`] : []),
    ...(rows.includes(one.ticket) ? [] : [`the file ${file.label} is at ${one.ticket.number}`]),
    ...(isHarmless(one.name) ? [] : [`the file ${file.label} is called ${JSON.stringify(one.name)}`]),
  ];
}

/** Its message has come, and was not given up by the queue. */
const isTaken = ({ settled }: Evidence, { messages }: Deed | ChangeDeed): boolean =>
  messages.some((id) => settled.has(id));

/** It came when the change was not here; as comments then, it is dropped. Where that is not certain, it may be. */
function isIdle(evidence: Evidence, deed: Deed | ChangeDeed): boolean {
  if ('side' in deed) return false;
  const idle = expectedChange(evidence, deed.after)?.idle;
  return idle === undefined || deed.messages.some((id) => idle.has(id));
}

/** As nobody may call a file anywhere: paths, devices, hidden ones, characters that do not show. */
const isHarmless = (name: string): boolean =>
  /^[^\p{C}/\\:*?"<>|]+$/u.test(name) &&
  !/^[. ]|[. ]$/.test(name) &&
  !/^con\b/i.test(name) &&
  Buffer.byteLength(name) <= 255;

function givenUpTooEarly(
  { world, clocksDisagree }: Evidence,
  { label, expiresAt }: OfferedThere,
  comment: string,
): readonly string[] {
  const commit = world.history.commits.find(({ writes }) =>
    writes.some((write) => write.kind === 'comment made' && Object.values(write.fields).includes(comment)),
  );
  const at = (commit?.at ?? Infinity) + (clocksDisagree ? CLOCK_ERROR_MS_MAX : 0);
  return at >= expiresAt
    ? []
    : [`the file ${label} is given up ${expiresAt - at} ms before its address expires`];
}

/** A process that asks when the address has expired has begun before; the next time it knows. */
function askedTooLate(
  { world, clocksDisagree }: Evidence,
  { providerTicket }: Deed | ChangeDeed,
  { address, expiresAt, saysUntil, label }: OfferedThere,
): readonly Fault[] {
  if (!saysUntil) return [];
  const until = expiresAt + (clocksDisagree ? CLOCK_ERROR_MS_MAX : 0);
  const late = world.history.fetches.filter((fetch) => fetch.address === address && fetch.at > until);
  const by = new Set(late.map(({ process }) => process));
  return late.length === by.size
    ? []
    : [
        {
          tickets: [providerTicket],
          words: `the file ${label} is asked for ${late.length} times after its address has expired`,
        },
      ];
}
