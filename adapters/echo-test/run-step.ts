import type { ReopenPolicy } from '../../engine/domain/contract.ts';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { compareMessages } from '../../engine/domain/message.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { stripLines } from '../../engine/map/appended.ts';
import { mapPayload } from '../../engine/map/outbound.ts';
import { readAnswer } from '../../engine/wire/read-answer.ts';
import { callOf } from '../../engine/wire/requests.ts';
import { whatHelps } from '../operators/what-helps.ts';
import { compareFields, fieldFindings, quoted } from './compare-echo.ts';
import type { EchoWire, MadeCall } from './echo-wire.ts';
import { expectedEchoes, expectedFile, isThere, takeEcho, type Expected } from './expected-echoes.ts';
import { note, problem, type Echo, type EchoStep, type Finding } from './report.ts';
import { policyText, isByPolicy, policyThere } from './reopening.ts';
import { fileFindings, FILE_LOOKS } from './file-findings.ts';
import { sentCall } from './sent-call.ts';
import { journalOf, laneOf, look, ticketsOf, workDueLanes, writeTicket, type Side } from './sides.ts';
import type { PlannedStep } from './steps.ts';

/** The provider's asynchronous side takes a moment: a look at once would be for nothing. */
const FIRST_LOOK_MS = 2000;

/** Two engines, and the wire between them. */
export interface Stage {
  readonly near: Side;
  readonly far: Side;
  readonly wire: EchoWire;
  readonly pollMs: Milliseconds;
  readonly signal: AbortSignal;
  /** Every transaction that was to come back so far, in order. */
  readonly expected: Expected[];
  /** Messages that were given to what they are the echo of. */
  readonly matched: Set<string>;
}

export type StepEnd =
  | { readonly kind: 'done'; readonly step: EchoStep }
  /** Nothing more can be tried: wrong key or URL, no bridge, a queue that must not be read. */
  | { readonly kind: 'stopped'; readonly step: EchoStep; readonly reason: string };

/** Does one step to the ticket, and waits for it to come back whole. */
export async function runStep(
  stage: Stage,
  planned: PlannedStep,
  ticket: Ticket,
  timeoutMs: Milliseconds,
): Promise<StepEnd> {
  const { near, wire } = stage;
  const { clock } = near.runtime.ports;
  const before = {
    calls: wire.sent.length,
    files: wire.files.length,
    returned: wire.returned.length,
    expected: stage.expected.length,
    awaitsFile: planned.file !== undefined,
  };
  const policy = planned.name === 'reopen' ? await policyThere(stage.far) : null;
  await writeTicket(near, ticket, planned.file ?? null);
  const deadline = clock.now() + timeoutMs;
  const reason = await untilThere(stage, before, deadline);

  const calls = wire.sent.slice(before.calls);
  const files = wire.files.slice(before.files);
  const expected = stage.expected.slice(before.expected);
  const lane = await laneOf(near);
  const journal = await journalOf(stage.far);
  const there = (await ticketsOf(stage.far)).at(-1) ?? null;
  const echoes = expected.map((one) => echoOf(stage, one, journal, there));
  const findings = [
    ...callFindings(near, lane, { calls, from: before.calls, files: files.length }),
    ...(planned.file === undefined ? [] : await fileFindings(stage, planned.file, files, expected)),
    ...(reason === null ? [] : [problem(reason, helpForStop(reason))]),
    ...expected.flatMap((one, index) => echoFindings(stage, one, echoes[index], { policy, timeoutMs })),
    ...(policy === null ? [] : [note(policyText(policy))]),
    ...orderFindings(stage.expected, before.expected),
    ...(await meaningFindings(near, there, echoes)),
  ];
  const step: EchoStep = {
    name: planned.name,
    what: planned.what,
    verdict: findings.some(({ kind }) => kind === 'problem') ? 'failed' : 'ok',
    calls: [
      ...calls.map((call, index) => sentCall(near.announced[before.calls + index]?.action.kind ?? '', call)),
      ...files,
      ...wire.returned.slice(before.returned).map((call) => sentCall('return-number', call)),
    ],
    // That no file came back is a finding, and nothing that is missing.
    echoes: echoes.filter(({ transaction, came }) => transaction !== 'Attachment' || came !== null),
    findings,
  };
  return reason === null ? { kind: 'done', step } : { kind: 'stopped', step, reason };
}

function helpForStop(reason: string): string | null {
  if (/forbidden|unauthorized/i.test(reason))
    return "the key is wrong, or the URL's client; a key of another environment is refused as well: echo and dev want theirs";
  if (/missing authentication token|bad path/i.test(reason))
    return 'the path of the URL is wrong: https://HOST/{client}/{env}, letter for letter';
  if (/clientname/i.test(reason))
    return 'client_name in contract.yaml is not the one that the provider issued';
  if (reason.includes('cannot be reached')) return 'bridgehead doctor says where on the way it ends';
  return null;
}

interface Before {
  readonly calls: number;
  readonly files: number;
  readonly expected: number;
  /** One that goes out in a later step, after no answer, is not waited for. */
  readonly awaitsFile: boolean;
}

/** Until all has come back and is deleted, or the time is over. The reason, if nothing more can be tried. */
async function untilThere(stage: Stage, before: Before, deadline: Instant): Promise<string | null> {
  const { near, far, wire, signal } = stage;
  const { clock } = near.runtime.ports;
  let pause = Math.min(FIRST_LOOK_MS, stage.pollMs);
  for (let looks = 0; ; looks += 1) {
    const stop = await workDueLanes(near, signal);
    if (stop !== null) return stop;
    const unreached = wire.sent.every(({ answer }) => answer.kind === 'no-answer' && !answer.reached);
    const last = wire.sent.at(-1)?.answer;
    if (unreached && last?.kind === 'no-answer') return `the bridge cannot be reached: ${last.reason}`;
    await expectEchoes(stage, before);
    const lane = await laneOf(near);
    const atRest = lane !== null && lane.parked === null && lane.state.intent === null;
    if (lane?.parked != null) return null;
    const isOver = (one: Expected): boolean =>
      isWhole(one) || (one.transaction === 'Attachment' && one.came.length === 0 && looks >= FILE_LOOKS);
    if (atRest && stage.expected.slice(before.expected).every(isOver)) return null;
    if (signal.aborted) return 'it was broken off';
    if (clock.now() >= deadline) return null;
    await clock.sleep(Math.min(pause, deadline - clock.now()), signal);
    pause = stage.pollMs;
    const end = await look(far, signal);
    if (end.kind === 'stop') return wire.halted ?? `dev's queue cannot be read: ${end.reason}`;
    if (wire.halted !== null) return wire.halted;
    await look(near, signal);
    sortMessages(stage);
  }
}

const isWhole = (one: Expected): boolean => isThere(one) && one.came.every(({ deleted }) => deleted);

/** What must come back for the calls of the step that were carried out, each once. */
async function expectEchoes(stage: Stage, before: Before): Promise<void> {
  const { near, wire, expected } = stage;
  const isSettled = (await laneOf(near))?.state.intent === null;
  const calls = wire.sent.slice(before.calls);
  const wanted = calls.flatMap((call, index) => {
    const action = near.announced[before.calls + index]?.action;
    if (action === undefined) return [];
    // A call without an answer that nothing followed was settled by a message of the provider's.
    const isLast = index === calls.length - 1 && call.answer.kind === 'no-answer';
    return isAccepted(call) || (isLast && isSettled) ? expectedEchoes(action) : [];
  });
  if (before.awaitsFile) wanted.push(...wire.files.slice(before.files).flatMap(expectedFile));
  expected.push(...wanted.slice(expected.length - before.expected));
  sortMessages(stage);
}

const isAccepted = ({ request, answer }: MadeCall): boolean =>
  readAnswer(callOf(request), answer).kind === 'accepted';

const isRefused = ({ request, answer }: MadeCall): boolean =>
  readAnswer(callOf(request), answer).kind === 'error';

/** A message may come before it is known that the call was carried out: it is looked at again. */
function sortMessages({ near, wire, expected, matched }: Stage): void {
  for (const came of wire.came.values()) {
    if (!matched.has(came.message.id) && takeEcho(near.runtime.contract, expected, came))
      matched.add(came.message.id);
  }
}

function echoOf(stage: Stage, one: Expected, journal: readonly JournalEntry[], there: Ticket | null): Echo {
  const { contract } = stage.near.runtime;
  const came = one.came.at(-1);
  if (came === undefined)
    return { transaction: one.transaction, came: null, fields: compareFields(contract, one, null) };
  const { message, receivedAt, receives, deleted } = came;
  const entry = journal.find(
    ({ transactionId, direction, outcome }) =>
      direction === 'in' && transactionId === message.id && outcome !== 'duplicate',
  );
  return {
    transaction: one.transaction,
    came: {
      messageId: message.id,
      sentAt: message.sentAt,
      receivedAt,
      receives,
      deleted,
      outcome: entry?.outcome ?? 'waiting',
      summary: entry?.summary ?? 'it waits for what was sent before it',
      rule: entry?.rule ?? null,
    },
    fields: compareFields(contract, one, there),
  };
}

function callFindings(
  near: Side,
  lane: Lane | null,
  {
    calls,
    from,
    files,
  }: { readonly calls: readonly MadeCall[]; readonly from: number; readonly files: number },
): readonly Finding[] {
  const { parked = null } = lane ?? {};
  if (parked !== null) {
    const rule = parked.rule === null ? '' : ` [${parked.rule}]`;
    return [
      problem(
        `not sent, the ticket would be parked (${parked.code}): ${parked.reason}${rule}`,
        whatHelps(parked.code),
      ),
    ];
  }
  if (calls.length === 0) return files > 0 ? [] : [problem('the contract sends nothing for it')];
  const refused = calls.flatMap((call, index): readonly Finding[] => {
    const kind = near.announced[from + index]?.action.kind ?? 'call';
    const read = readAnswer(callOf(call.request), call.answer);
    if (read.kind === 'accepted') return [];
    const words = read.kind === 'error' ? `${read.status} ${read.text}` : read.reason;
    return [note(`${kind} was answered with: ${words}`)];
  });
  if (lane?.state.intent === null) {
    return calls.every(isRefused) ? [...refused, problem('the provider took none of its calls')] : refused;
  }
  return [...refused, problem('no usable answer came to the call in time')];
}

function echoFindings(
  { near, wire }: Stage,
  one: Expected,
  echo: Echo | undefined,
  { policy, timeoutMs }: { readonly policy: ReopenPolicy | null; readonly timeoutMs: Milliseconds },
): readonly Finding[] {
  if (echo === undefined) return [];
  const within = `within ${Math.round(timeoutMs / 1000)} s`;
  // What is to be said of a file, `fileFindings` says.
  if (one.transaction === 'Attachment') return [];
  if (echo.came === null) {
    const said = one.fields.body === undefined ? '' : ` of ${quoted(one.fields.body)}`;
    const help =
      wire.others.size > 0 || wire.came.size > 0
        ? "does another program read dev's queue (an engine of yours that runs against dev)? If not, ask the provider"
        : "nothing at all is on dev's queue: ask the provider whether echo is set up for you, and whether another program reads that queue";
    return [problem(`the ${one.transaction}${said} did not come back ${within}`, help)];
  }
  const { outcome, summary, rule, deleted, receives } = echo.came;
  const findings: Finding[] = [];
  if (!isThere(one)) {
    const missing = echo.fields.filter(({ verdict }) => verdict !== 'same').map(({ field }) => field);
    findings.push(
      problem(
        `the ${one.transaction} came back without all that was sent ${within}: ${missing.join(', ')}`,
        'ask the provider whether it takes these fields',
      ),
    );
  }
  const by = rule === null ? '' : ` [${rule}]`;
  if (policy !== null && one.fields.status !== undefined) {
    if (!isByPolicy(policy, echo.came)) {
      const text = `the ${one.transaction} was read, and ${outcome}: ${summary}${by}; not what ${policy} is`;
      findings.push(problem(text, 'what comes in as the status does not re-open: mend its table'));
    }
  } else if (outcome !== 'applied') {
    const help =
      outcome === 'dropped'
        ? 'tickets like this one would not come in: mend the rule, or test with another ticket (--ticket FILE)'
        : 'see docs/operations.md, "Parked tickets"';
    findings.push(problem(`the ${one.transaction} was read, and ${outcome}: ${summary}${by}`, help));
  }
  if (!deleted) findings.push(problem(`the ${one.transaction} could not be deleted from the queue`, null));
  if (receives > 1) findings.push(note(`the ${one.transaction} was received ${receives} times`));
  return [...findings, ...fieldFindings(near.runtime.contract, one, echo.fields)];
}

/** Messages that write nothing into the ticket itself. */
const NO_FIELDS: ReadonlySet<string> = new Set(['Notes', 'Attachment']);

/** What was taken in must mean what was sent: a word that comes back as another of ours is a hole in a table. */
async function meaningFindings(
  { runtime }: Side,
  there: Ticket | null,
  echoes: readonly Echo[],
): Promise<readonly Finding[]> {
  if (there === null) return [];
  const { payload } = mapPayload(runtime.contract, there, runtime.ports.clock.now());
  const said: Readonly<Record<string, string | undefined>> = payload;
  return echoes.flatMap((echo) => {
    if (NO_FIELDS.has(echo.transaction) || echo.came?.outcome !== 'applied') return [];
    return echo.fields.flatMap(({ field, sent, here, verdict }): readonly Finding[] => {
      const means = said[field];
      if (verdict !== 'same' || here.length === 0 || means === undefined) return [];
      const plain = field === 'description' ? stripLines(means) : means;
      if (plain === sent) return [];
      const values = here.map((one) => `${one.field} ${quoted(one.value)}`).join(', ');
      const text = `${field} came back as it was sent, ${quoted(sent)}, and is ${values} here, which would be sent as ${quoted(plain)}`;
      return [note(text)];
    });
  });
}

/** What came must have been sent by the provider in the order in which it was sent to it. */
function orderFindings(expected: readonly Expected[], from: number): readonly Finding[] {
  const firsts = expected.flatMap(({ transaction, fields, came }, index) => {
    const first = came[0]?.message;
    return first === undefined ? [] : [{ name: nameOf(transaction, fields.body), first, index }];
  });
  return firsts.flatMap(({ name, first, index }, place) => {
    const later = firsts.slice(0, place).findLast((earlier) => compareMessages(earlier.first, first) > 0);
    if (later === undefined || index < from) return [];
    const text = `out of order: ${name} was sent to the provider after ${later.name}, and its message is older`;
    return [problem(text, 'the order in a ticket is by SentTimestamp and SequenceNumber: tell the provider')];
  });
}

const nameOf = (transaction: string, body: string | undefined): string =>
  body === undefined ? `the ${transaction}` : `the ${transaction} of ${quoted(body)}`;
