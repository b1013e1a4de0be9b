import { userInfo } from 'node:os';
import type { Lane } from '../../engine/domain/lane.ts';
import { fileName, fileNamed } from '../../engine/domain/given-up-file.ts';
import { dropLane } from '../../engine/runtime/drop-lane.ts';
import { linkLane } from '../../engine/runtime/link-lane.ts';
import { retryFile, skipFile } from '../../engine/runtime/decide-file.ts';
import type { OperatorEnd } from '../../engine/runtime/operator.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import { skipStep } from '../../engine/runtime/skip-step.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { findTicket } from '../operators/find-tickets.ts';
import { filesText, type FileOfTicket } from '../operators/files-text.ts';
import { groupCauses, nameOf, type Cause } from '../operators/group-causes.ts';
import { droppedText, listText, plural } from '../operators/list-text.ts';
import { atDesk, type Desk } from '../operators/open-desk.ts';
import { readTicketPage, ticketPageText } from '../operators/ticket-page.ts';
import { triedAgain, whatHelps } from '../operators/what-helps.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';

export const PARKED_FORMATS = ['text', 'json'] as const;
export type ParkedFormat = (typeof PARKED_FORMATS)[number];

export interface ParkedOptions {
  readonly environment: Environment;
  readonly format: ParkedFormat;
  readonly color: boolean;
  /** Where is said what is wrong, so that a document stays whole. */
  readonly complaints: Output;
}

/** `bridgehead parked [list] FOLDER`: what stands still, by cause; or, with `dropped`, what operators took out. */
export function listParked(
  folder: string,
  out: Output,
  options: ParkedOptions & { readonly all: boolean; readonly dropped: boolean },
): Promise<ExitCode> {
  const { format, color, all } = options;
  return atDesk(folder, options.environment, options.complaints, async (desk) => {
    const { clock, database } = desk.runtime.ports;
    const now = clock.now();
    if (options.dropped) {
      const lanes = await database.transaction(({ store }) => store.droppedLanes());
      const document = { dropped: lanes.map((lane) => ({ ...idsOf(lane), ...lane.state.dropped })) };
      out.write(`${format === 'json' ? json(document) : droppedText(folder, lanes, color)}\n`);
      return EXIT.ok;
    }
    const causes = await causesOf(desk);
    const files = await filesGivenUp(desk);
    const document = {
      causes: causes.map((cause, index) => causeDocument(cause, index + 1, now)),
      files: files.map(fileDocument),
    };
    const text = (): string =>
      [listText(folder, causes, { color, all, now }), ...filesText(folder, files, { color, now })].join(
        '\n\n',
      );
    out.write(`${format === 'json' ? json(document) : text()}\n`);
    return EXIT.ok;
  });
}

/** `bridgehead parked show FOLDER TICKET`: why it stands still, what waits, and what each decision would do. */
export function showParked(
  folder: string,
  ticket: string,
  out: Output,
  options: ParkedOptions,
): Promise<ExitCode> {
  const { format, color, complaints } = options;
  return atDesk(folder, options.environment, complaints, async (desk) => {
    const lane = await lanesNamed(desk, [ticket], complaints);
    const page = lane?.[0] === undefined ? null : await readTicketPage(desk, lane[0].id);
    if (page === null) return EXIT.problems;
    const now = desk.runtime.ports.clock.now();
    const files = (await filesGivenUp(desk)).filter(({ file }) => file.laneId === page.lane.id);
    const text = (): string =>
      [ticketPageText(desk, page, { color, now }), ...filesText(folder, files, { color, now })].join('\n\n');
    out.write(`${format === 'json' ? json({ ...page, files: files.map(fileDocument) }) : text()}\n`);
    return EXIT.ok;
  });
}

export interface RetryChoice {
  /** Tickets, and files that were given up. */
  readonly tickets: readonly string[];
  /** A code, or a number of the list. */
  readonly cause: string | null;
  readonly all: boolean;
}

/** `bridgehead parked retry FOLDER …`: with the rules as they are now, in order; takes back what was dropped. */
export function retryParked(
  folder: string,
  choice: RetryChoice,
  out: Output,
  options: ParkedOptions & { readonly by: string | null },
): Promise<ExitCode> {
  const { complaints } = options;
  return atDesk(folder, options.environment, complaints, async (desk) => {
    const ways = [choice.tickets.length > 0, choice.cause !== null, choice.all].filter(Boolean).length;
    if (ways !== 1) {
      complaints.write(
        'Say what is to be tried again: tickets, files (upload-N, download-N), or --cause CODE or N of the list, or --all.\n',
      );
      return EXIT.usage;
    }
    const names = choice.tickets.filter((name) => fileNamed(name) === null);
    const lanes =
      choice.tickets.length > 0
        ? await lanesNamed(desk, names, complaints)
        : await lanesOfCause(desk, choice.cause, complaints);
    if (lanes === null) return EXIT.problems;
    const by = options.by ?? userInfo().username;
    const files = choice.tickets.map(fileNamed).filter((file) => file !== null);
    const decisions = [
      ...lanes.map((lane) => ({ ticket: nameOf(lane), decide: () => retryLane(desk.runtime, lane.id, by) })),
      ...files.map((file) => ({ ticket: fileName(file), decide: () => retryFile(desk.runtime, file, by) })),
    ];
    return tell(decisions, out, options);
  });
}

/** What an operator does to one ticket, and must give a reason for. */
export function decideParked(
  what: 'skip' | 'drop',
  folder: string,
  ticket: string,
  out: Output,
  options: ParkedOptions & { readonly by: string | null; readonly because: string },
): Promise<ExitCode> {
  const because = options.because.trim();
  const by = (options.by ?? userInfo().username).trim();
  if (because === '' || by === '') {
    options.complaints.write(
      'The journal keeps who decided, and why: neither --because nor --by can be blank.\n',
    );
    return Promise.resolve(EXIT.usage);
  }
  const file = what === 'skip' ? fileNamed(ticket) : null;
  if (file !== null)
    return atDesk(folder, options.environment, options.complaints, (desk) =>
      tell([{ ticket, decide: () => skipFile(desk.runtime, file, { by, because }) }], out, options),
    );
  const decide = what === 'skip' ? skipStep : dropLane;
  return onTicket(folder, ticket, out, options, (desk, lane) =>
    decide(desk.runtime, lane.id, { by, because }),
  );
}

/** `bridgehead parked link FOLDER TICKET NUMBER`: the provider has the ticket, under this number. */
export function linkParked(
  folder: string,
  ticket: string,
  providerTicket: string,
  out: Output,
  options: ParkedOptions & { readonly by: string | null },
): Promise<ExitCode> {
  const number = providerTicket.trim();
  if (number === '') {
    options.complaints.write("Name the provider's ticket, as it is called there: e-CS0204070.\n");
    return Promise.resolve(EXIT.usage);
  }
  const by = options.by ?? userInfo().username;
  return onTicket(folder, ticket, out, options, (desk, lane) => linkLane(desk.runtime, lane.id, number, by));
}

function onTicket(
  folder: string,
  ticket: string,
  out: Output,
  options: ParkedOptions,
  decide: (desk: Desk, lane: Lane) => Promise<OperatorEnd>,
): Promise<ExitCode> {
  return atDesk(folder, options.environment, options.complaints, async (desk) => {
    const lanes = await lanesNamed(desk, [ticket], options.complaints);
    if (lanes === null) return EXIT.problems;
    return tell(
      lanes.map((lane) => ({ ticket: nameOf(lane), decide: () => decide(desk, lane) })),
      out,
      options,
    );
  });
}

/** Decides on each by itself, a transaction each, and says what came of it. */
async function tell(
  decisions: readonly { readonly ticket: string; readonly decide: () => Promise<OperatorEnd> }[],
  out: Output,
  { format }: ParkedOptions,
): Promise<ExitCode> {
  const ends: { readonly ticket: string; readonly end: OperatorEnd }[] = [];
  for (const { ticket, decide } of decisions) ends.push({ ticket, end: await decide() });
  if (format === 'json')
    out.write(`${json({ tickets: ends.map(({ ticket, end }) => ({ ticket, ...end })) })}\n`);
  else for (const { ticket, end } of ends) out.write(`${ticket}: ${endText(end)}\n`);
  return ends.every(({ end }) => end.kind === 'done') ? EXIT.ok : EXIT.problems;
}

function endText(end: OperatorEnd): string {
  switch (end.kind) {
    case 'done':
      return end.summary;
    case 'not-parked':
      return 'is not parked, or not given up: nothing was changed';
    case 'gone':
      return 'has become one with another ticket: look at the list again';
    case 'cannot':
      return `nothing was changed: ${end.reason}`;
  }
}

async function causesOf({ runtime }: Desk): Promise<readonly Cause[]> {
  return groupCauses((await runtime.ports.database.transaction(({ store }) => store.backlog())).parked);
}

/** Null, and said which: one of them is not there. */
async function lanesNamed(
  { runtime }: Desk,
  tickets: readonly string[],
  complaints: Output,
): Promise<readonly Lane[] | null> {
  return runtime.ports.database.transaction(async ({ store }) => {
    const lanes = new Map<number, Lane>();
    for (const ticket of tickets) {
      const found = await findTicket(store, ticket);
      if (found.kind === 'not-found') {
        complaints.write(`${found.reason}.\n`);
        return null;
      }
      lanes.set(found.lane.id, found.lane);
    }
    return [...lanes.values()];
  });
}

/** `cause`: a code or a number of the list; null: all causes. Null, and said what there is: there is no such cause. */
async function lanesOfCause(
  desk: Desk,
  cause: string | null,
  complaints: Output,
): Promise<readonly Lane[] | null> {
  const causes = await causesOf(desk);
  const chosen = causes.filter(
    ({ code }, index) => cause === null || code === cause || String(index + 1) === cause,
  );
  if (chosen.length === 0 && cause !== null) {
    const there = causes.map(
      ({ code, tickets }, index) => `${index + 1} ${code} (${plural(tickets.length, 'ticket')})`,
    );
    const words = there.length === 0 ? 'no ticket is parked' : `there is ${there.join(', ')}`;
    complaints.write(`There is no cause "${cause}": ${words}.\n`);
    return null;
  }
  return chosen.flatMap(({ tickets }) => tickets.map(({ lane }) => lane));
}

async function filesGivenUp({ runtime }: Desk): Promise<readonly FileOfTicket[]> {
  const { clock, database } = runtime.ports;
  return database.transaction(async ({ store }) => {
    const found: FileOfTicket[] = [];
    for (const file of await store.givenUpFiles(clock.now()))
      found.push({ file, lane: await store.lane(file.laneId, false) });
    return found;
  });
}

const fileDocument = ({ file, lane }: FileOfTicket) => {
  const { name, at, reason, until } = file;
  const of = lane === null ? {} : idsOf(lane);
  return {
    id: fileName(file),
    direction: file.kind === 'upload' ? 'out' : 'in',
    ...of,
    name,
    at,
    reason,
    until,
  };
};

const idsOf = ({ id, clientNumber, providerTicket }: Lane) => ({ lane: id, clientNumber, providerTicket });

const causeDocument = ({ code, rule, reason, tickets }: Cause, number: number, now: number) => ({
  number,
  code,
  rule,
  reason,
  helps: whatHelps(code),
  count: tickets.length,
  since: tickets[0]?.parked.at ?? null,
  tickets: tickets.map(({ lane, parked }) => ({
    ...idsOf(lane),
    ...parked,
    again: triedAgain(lane, parked, now),
  })),
});

const json = (document: unknown): string => JSON.stringify(document, null, 2);
