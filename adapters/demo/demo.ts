import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import type { Output } from '../terminal/output.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { fillSettings, openContract, secretsOf, type OpenContract } from '../assembly/open-contract.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { boundLog } from '../log/bound-log.ts';
import { pinoLog } from '../log/pino-log.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { clientStaff, type ClientStaff } from './client-staff.ts';
import { compareSides, sidesAgree, type Sides } from './compare-sides.ts';
import { goOn } from './everyday.ts';
import { loadSampleItsm, type SampleClient } from './load-sample-itsm.ts';
import { Narrator } from './narrator.ts';
import { providerControl, type ProviderControl } from './provider-control.ts';
import { startSimulatorProcess } from './simulator-process.ts';
import { STORY, type Cast, type Deed } from './story.ts';
import { summaryTable } from './summary-table.ts';

export interface DemoOptions {
  /** End after the story. Otherwise go on until the signal. */
  readonly once: boolean;
  readonly color: boolean;
  readonly signal: AbortSignal;
}

/** Half a minute between two polls passes in a second. */
const SPEED = 30;
/** Both sides must agree so long after the last deed of a chapter, or the demo has failed. */
const CHAPTER_SECONDS_MAX = 90;
const LOOK_AGAIN_MS = 250;
const FOLDER = '.bridgehead/demo';
const CLIENTS: readonly SampleClient[] = ['acme', 'globex'];

interface Running {
  readonly client: SampleClient;
  readonly contract: Contract;
  readonly open: OpenContract;
  readonly ended: Promise<unknown>;
}

/**
 * `bridgehead demo`: the main job before your eyes. The provider is a simulator in a process of its own; each client's
 * ITSM is an SQLite file with believable tickets; the engine and the contracts are the real ones.
 */
export async function demo(out: Output, options: DemoOptions): Promise<ExitCode> {
  const narrator = new Narrator(out, options.color);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const clock = wallClock({ speed: SPEED });
  const logFile = path.join(FOLDER, 'engine.log');

  narrator.say('Bridgehead demo: two client companies, one provider, and the bridge between them.', 'title');
  narrator.say(`Time runs ${SPEED} times faster: half a minute passes in a second.`, 'faint');
  narrator.say(`The engine's full log, every request and answer in it: ${logFile}`, 'faint');

  const simulator = await startSimulatorProcess();
  const stop = new AbortController();
  const running: Running[] = [];
  const staff: ClientStaff[] = [];
  try {
    const provider = providerControl(simulator.url);
    await provider.setClock(clock.now(), SPEED);
    const cast = await engage(clock, provider, staff);
    await play(STORY[0]?.deeds ?? [], cast, narrator, STORY[0]?.title ?? '');
    for (const client of CLIENTS)
      running.push(await start(client, simulator.url, clock, logFile, narrator, stop.signal));

    const agreed = await tellStory(cast, running, clock, provider, narrator, options.signal);
    const sides = await compareAll(running, clock, provider);
    narrator.say('');
    narrator.say(summaryTable(sides, narrator.counts));
    if (!agreed && !options.signal.aborted) {
      narrator.say('The two sides do NOT agree.', 'bad');
      return EXIT.problems;
    }
    if (agreed) narrator.say('Both sides agree on every ticket, field by field.', 'good');
    if (!options.once && agreed) {
      narrator.say('\nThe day goes on; Ctrl-C ends it.', 'title');
      await goOn(cast, narrator, clock, options.signal);
    }
    return agreed ? EXIT.ok : EXIT.problems;
  } finally {
    stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
    await Promise.all(running.map(({ open }) => open.database.close()));
    await Promise.all(staff.map((person) => person.leave()));
    await simulator.stop();
  }
}

const connectionOf = (client: SampleClient): string => `sqlite:${path.join(FOLDER, `${client}.sqlite`)}`;

/** Makes the clients' databases, and the people who work in them. */
async function engage(clock: Clock, provider: ProviderControl, staff: ClientStaff[]): Promise<Cast> {
  const people: Partial<Record<SampleClient, ClientStaff>> = {};
  for (const client of CLIENTS) {
    await loadSampleItsm(connectionOf(client), client, clock.now());
    const person = clientStaff(client, connectionOf(client), () => clock.now());
    staff.push(person);
    people[client] = person;
  }
  const { acme, globex } = people;
  if (acme === undefined || globex === undefined) throw new Error('every sample client has its people');
  return { provider, staff: { acme, globex } };
}

async function start(
  client: SampleClient,
  url: string,
  clock: Clock,
  logFile: string,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<Running> {
  const { contract: compiled, files, main } = await loadContract(`rules/${client}`);
  if (compiled === null) throw new Error(`rules/${client} does not compile: see \`bridgehead check\``);
  // A time-out in seconds of the machine, not of the demo: a busy machine is no lost answer.
  const contract: Contract = {
    ...compiled,
    bridge: { ...compiled.bridge, timeoutMs: compiled.bridge.timeoutMs * SPEED },
  };
  const name = client.toUpperCase();
  const filled = fillSettings(contract, {
    [`${name}_BRIDGE_URL`]: `${url}/${client}/prod`,
    [`${name}_BRIDGE_KEY`]: `${client}-demo-key`,
    [`${name}_ITSM_DATABASE`]: connectionOf(client),
  });
  if (filled.kind === 'missing') throw new Error(filled.reasons.join('\n'));
  const file = pinoLog({
    clock,
    secrets: secretsOf(filled.settings),
    destination: createWriteStream(logFile, { flags: 'a' }),
  });
  const rules = await rulesVersion(`rules/${client}`, { files, main });
  const log = narrator.listen(boundLog(file, { contract: client }));
  const open = await openContract(
    { contract, rules },
    filled.settings,
    {},
    clock,
    boundLog(log, { contract: client }),
  );
  return { client, contract, open, ended: runContract(open.runtime, signal) };
}

/** Plays chapter after chapter; false if the sides do not come to agree, or somebody wants to stop. */
async function tellStory(
  cast: Cast,
  running: readonly Running[],
  clock: Clock,
  provider: ProviderControl,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<boolean> {
  for (const [index, { title, deeds }] of STORY.entries()) {
    if (index > 0) await play(deeds, cast, narrator, title);
    if (!(await agree(running, clock, provider, signal))) return false;
  }
  return true;
}

async function play(deeds: readonly Deed[], cast: Cast, narrator: Narrator, title: string): Promise<void> {
  narrator.say('');
  narrator.say(`=== ${title}`, 'title');
  for (const { by, says, does } of deeds) {
    narrator.say(`  * ${by}: ${says}`, 'deed');
    await does(cast);
  }
}

/** Waits until nothing is under way and both sides agree, for some time at most. */
async function agree(
  running: readonly Running[],
  clock: Clock,
  provider: ProviderControl,
  signal: AbortSignal,
): Promise<boolean> {
  // A deed is looked at no sooner than the next poll, and a ticket settles first.
  const earliest = clock.now() + 75_000;
  for (let looks = 0; looks < (CHAPTER_SECONDS_MAX * 1000) / LOOK_AGAIN_MS && !signal.aborted; looks += 1) {
    await wait(LOOK_AGAIN_MS);
    if (clock.now() < earliest || (await isBusy(running, provider))) continue;
    const sides = await compareAll(running, clock, provider);
    if (sides.every(([, side]) => sidesAgree(side))) return true;
  }
  return false;
}

async function isBusy(running: readonly Running[], provider: ProviderControl): Promise<boolean> {
  for (const { client, open } of running) {
    if ((await provider.unread(client)) > 0) return true;
    const backlog = await open.database.transaction(({ store }) => store.backlog());
    if (backlog.messagesWaiting > 0 || backlog.ambiguous > 0) return true;
  }
  return false;
}

async function compareAll(
  running: readonly Running[],
  clock: Clock,
  provider: ProviderControl,
): Promise<readonly (readonly [SampleClient, Sides])[]> {
  const all: (readonly [SampleClient, Sides])[] = [];
  for (const { client, contract, open } of running) {
    all.push([client, await compareSides(contract, open.database, clock, await provider.tickets(client))]);
  }
  return all;
}
