import type { Contract } from '../../engine/domain/contract.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Bridge, Clock, Downloads, Log, Random, UploadStore } from '../../engine/runtime/ports.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { quoted } from './compare-echo.ts';
import type { EchoEnvironments } from './environments.ts';
import { EchoWire } from './echo-wire.ts';
import type { MadeTicket, Mark } from './make-ticket.ts';
import { note, problem, type EchoReport, type EchoStep, type EchoVerdict, type Finding } from './report.ts';
import { hasEndedThere } from './reopening.ts';
import { runStep, type Stage } from './run-step.ts';
import { laneOf, openSide, ticketsOf } from './sides.ts';
import { planSteps, type PlannedStep, type WrittenSteps } from './steps.ts';

/** So many steps that did not come back: nothing more is waited for than one look. */
const MISSING_MAX = 2;

const NO_CHANGES =
  'changes cannot be played on echo, which takes incidents and requests only: changes and approvals are not tested';

export interface EchoTestOptions {
  readonly folder: string;
  readonly contract: Contract;
  readonly rules: RulesVersion | null;
  readonly environments: EchoEnvironments;
  readonly bridges: { readonly calls: Bridge; readonly queue: Bridge };
  readonly files: { readonly uploads: UploadStore; readonly downloads: Downloads };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly mark: Mark;
  readonly made: Extract<MadeTicket, { readonly kind: 'made' }>;
  readonly written: WrittenSteps;
  /** The file that the ticket is from; null: it is made up. */
  readonly file: string | null;
  /** How long each step may take to come back whole. */
  readonly timeoutMs: Milliseconds;
  readonly pollMs: Milliseconds;
  /** Is told of each step before and after it. */
  readonly progress: (line: string) => void;
}

export interface EchoTestEnd {
  readonly report: EchoReport;
  /** Nothing more could be tried: wrong key or URL, no bridge, a queue that must not be read. */
  readonly cannotRun: boolean;
}

/**
 * Does to a ticket of its own what people do to one, against `echo`, with an engine that has the ticket; and has another
 * engine, which knows nothing of it, read what comes back on `dev`'s queue, as if the provider had opened the ticket.
 * Both work over scratch databases; the contract's own is not looked at.
 */
export async function runEchoTest(options: EchoTestOptions): Promise<EchoTestEnd> {
  const { contract, rules, mark, clock, signal, progress, timeoutMs } = options;
  const from = clock.now();
  const { uploads, downloads } = options.files;
  const wire = new EchoWire({ ...options.bridges, uploads, clock, mark });
  const ports = { clock, random: options.random, log: options.log, uploads: wire.uploads, downloads };
  const stage: Stage = {
    near: openSide(contract, rules, mark, { ...ports, bridge: wire.near }),
    far: openSide({ ...contract, changes: null }, rules, mark, { ...ports, bridge: wire.far }),
    wire,
    pollMs: options.pollMs,
    signal,
    expected: [],
    matched: new Set(),
  };
  const steps: EchoStep[] = [];
  let cannotRun = false;
  let ticket: Ticket = options.made.ticket;
  let stopped: string | null = null;
  let missing = 0;
  for (const planned of planSteps({ contract, now: from }, mark, options.written)) {
    const edited =
      stopped !== null
        ? 'not reached'
        : planned.name === 'reopen' && (await hasEndedThere(stage.far))
          ? 'the provider closed the ticket when it was resolved: there is nothing to re-open'
          : planned.edit(ticket);
    if (typeof edited === 'string') {
      steps.push(notTried(planned, edited));
      continue;
    }
    ticket = edited;
    progress(`${planned.name}: ${planned.what}`);
    // With nothing coming back there is nothing to wait for, but the ticket is still to be closed.
    const end = await runStep(stage, planned, ticket, missing >= MISSING_MAX ? options.pollMs : timeoutMs);
    const { step } = end;
    if (step.echoes.some(({ came }) => came === null)) missing += planned.name === 'create' ? MISSING_MAX : 1;
    steps.push(step);
    progress(`${planned.name}: ${doneText(step)}`);
    if (end.kind === 'stopped') {
      stopped = end.reason;
      cannotRun = !signal.aborted;
    }
    if (stopped === null && (await laneOf(stage.near))?.state.link !== 'linked')
      stopped = 'the provider did not take the ticket';
  }
  const findings = [
    ...(await wholeFindings(stage, options)),
    ...(contract.changes === null ? [] : [note(NO_CHANGES)]),
  ];
  const verdict: EchoVerdict =
    cannotRun || signal.aborted
      ? 'stopped'
      : [...findings, ...steps.flatMap((step) => step.findings)].some(({ kind }) => kind === 'problem')
        ? 'failed'
        : 'passed';
  const lane = await laneOf(stage.near);
  return {
    cannotRun,
    report: {
      verdict,
      from,
      to: clock.now(),
      contract: contract.name,
      folder: options.folder,
      clientName: contract.clientName,
      rules,
      versions: { bridgehead: packageJson.version, node: process.version },
      environments: options.environments,
      timeoutMs,
      ticket: {
        mark: mark.text,
        number: mark.number,
        providerNumber: lane?.providerTicket ?? wire.numbers[0] ?? null,
        ticketType: lane?.state.ticketType ?? null,
        trigger: options.made.trigger.name,
        file: options.file,
      },
      steps,
      findings,
      others: {
        messages: wire.others.size,
        tickets: new Set([...wire.others.values()].map(({ group }) => group)).size,
        receivesMax: Math.max(0, ...[...wire.others.values()].map(({ receives }) => receives)),
      },
    },
  };
}

const notTried = ({ name, what }: PlannedStep, why: string): EchoStep => ({
  name,
  what,
  verdict: 'not-tried',
  calls: [],
  echoes: [],
  findings: [note(why)],
});

function doneText({ verdict, echoes, findings }: EchoStep): string {
  if (verdict === 'ok') return `ok, ${echoes.length} came back`;
  return findings.find(({ kind }) => kind === 'problem')?.text ?? verdict;
}

/** What concerns the whole test: calls that an echo led to, messages of nothing, a ticket that is left open. */
async function wholeFindings(stage: Stage, { mark }: EchoTestOptions): Promise<readonly Finding[]> {
  const { near, far, wire, matched } = stage;
  const led = far.announced.filter(({ action }) => action.kind !== 'return-number');
  const findings: Finding[] = wire.unwanted.map((request, index) => {
    const { action = null } = led[index] ?? {};
    const rule = action?.rule == null ? '' : ` [${action.rule}]`;
    const fields = JSON.stringify(led[index]?.intent.fields ?? {});
    return problem(
      `what came back made the reading side call again (held back here): ${action?.kind ?? request.path} ${fields}, because ${action?.because ?? '?'}${rule}`,
      'what comes in, by `inbound`, is not what goes out, by `outbound`: mend the one or the other',
    );
  });
  findings.push(...(await commentOrder(stage)));
  const besides = [...wire.came.values()].filter(({ message }) => !matched.has(message.id));
  if (besides.length > 0) {
    const kinds = besides.map(({ message }) => message.transactionType).join(', ');
    findings.push(note(`came besides, for nothing that was sent: ${kinds}`));
  }
  if ([...wire.came.values()].some(({ namedUs }) => namedUs)) {
    findings.push(
      note('the Create named our number; it was read without, because the reading side has no such ticket'),
    );
  }
  const lane = await laneOf(near);
  const status = lane?.state.shadow.fields.status;
  if (lane?.providerTicket != null && status !== 'closed') {
    findings.push(
      note(
        `the test's ticket ${lane.providerTicket} is left ${status ?? 'open'} at the provider, marked ${mark.text}`,
      ),
    );
  }
  return findings;
}

/** The scratch ticket, and the one that took its place, must have the comments in the order in which they were written. */
async function commentOrder({ far, expected }: Stage): Promise<readonly Finding[]> {
  const read = (await ticketsOf(far)).flatMap(({ comments }) => comments);
  const bodies = expected.flatMap(({ fields: { body } }) => (body === undefined ? [] : [body]));
  const places = bodies
    .map((body) => ({
      body,
      place: read.findIndex(({ fields }) =>
        Object.values(fields).some((value) => typeof value === 'string' && value.includes(body)),
      ),
    }))
    .filter(({ place }) => place >= 0);
  return places.flatMap(({ body, place }, index) => {
    const before = places[index - 1];
    return before !== undefined && before.place > place
      ? [problem(`the comment ${quoted(body)} stands before one that was written earlier`)]
      : [];
  });
}
