import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Log } from '../../engine/runtime/ports.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { Chance } from './chance.ts';
import { draftThere, workOnChangeHere, workOnChangeThere } from './change-people.ts';
import { deleteHere, deletionsPlanned } from './deletions.ts';
import { attachThere, filesPlanned } from './files-of-provider.ts';
import { newSubject, openHere, openThere, workHere, workThere, type Subject } from './people.ts';
import { CLOCK_ERROR_MS_MAX, type FaultKind, type Restrictions, type Settings } from './settings.ts';
import { WINDOW_MS, World, type ChooseDeath } from './world.ts';

/** After the faults stop, both sides must have agreed within this. */
export const SETTLE_MS_MAX = minutes(40);
/** So many things more are done about a change than about a ticket. */
const CHANGE_ACTIONS_MORE = 4;
/** How often an operator comes, and tries what is parked again. */
const OPERATOR_COMES_MAX = 4;
/**
 * Nothing can come up any more when so many polls have begun since the last edit, so that one was whole even if its process
 * was asked to end: what it found leaves a lane due until its recheck, an overlap of the change sources later.
 */
const SETTLING_POLLS_MIN = 3;

export interface Run {
  readonly world: World;
  readonly subjects: readonly Subject[];
  /** Nothing was left to do in the end. */
  readonly isSettled: boolean;
}

/** Lets one seed happen from its beginning to the rest at its end. */
export async function runSeed(
  settings: Settings,
  contract: Contract,
  restrictions: Restrictions = {},
  chooseDeath: ChooseDeath | null = null,
  plan: (world: World, restrictions: Restrictions) => readonly Subject[] = planWork,
): Promise<Run> {
  const world = new World(settings, contract, chooseDeath);
  const subjects = plan(world, restrictions);
  planWindows(world);
  for (let count = 0; count < settings.processes; count += 1) {
    world.scheduler.at(settings.origin + count * seconds(1), () => void world.start());
  }
  await world.scheduler.runUntil(settings.origin + settings.activeMs);
  return { world, subjects, isSettled: await settle(world) };
}

/** What people do, and when: decided before anything happens, so that taking a ticket away changes no other. */
function planWork(world: World, { tickets }: Restrictions): readonly Subject[] {
  const { settings, scheduler } = world;
  const { origin, activeMs } = settings;
  const subjects: Subject[] = [];
  const bursts = new Chance(settings.seed, 'bursts');
  const burstAt = bursts.int(seconds(1), Math.floor(activeMs / 2));
  for (let index = 0; index < settings.tickets; index += 1) {
    const chance = new Chance(settings.seed, `ticket ${index}`);
    const side = chance.weighted([
      [66, 'client'],
      [22, 'provider'],
      [6, 'client, out of contract'],
      [6, 'provider, out of contract'],
    ] as const);
    const isChange = world.contract.changes !== null && new Chance(settings.seed, `change ${index}`).is(0.6);
    const subject = newSubject(index, isChange || !side.endsWith('contract'), isChange ? 'change' : 'ticket');
    const [open, here, there] = isChange
      ? ([draftThere, workOnChangeHere, workOnChangeThere] as const)
      : ([side.startsWith('client') ? openHere : openThere, workHere, workThere] as const);
    subjects.push(subject);
    const openedAt = chance.is(0.3) ? burstAt : chance.int(0, Math.floor(activeMs * 0.6));
    const isLeftOut = tickets !== undefined && !tickets.includes(index);
    let actions = 0;
    const plan = (at: number, act: (chance: Chance) => unknown): void => {
      const own = new Chance(settings.seed, `ticket ${index}, action ${(actions += 1)}`);
      if (!isLeftOut && at < activeMs) scheduler.at(origin + at, () => void act(own));
    };
    plan(openedAt, (own) => open(world, subject, own));
    let at = openedAt;
    // A draft is not seen yet, and what comes of it takes more steps than a ticket.
    const more = isChange ? CHANGE_ACTIONS_MORE : 0;
    for (let count = chance.int(more, settings.actionsPerTicket + more); count > 0; count -= 1) {
      at += chance.weighted([
        [2, () => 0],
        [3, () => chance.int(1, seconds(3))],
        [4, () => chance.int(seconds(3), minutes(1))],
        [4, () => chance.int(minutes(1), minutes(5))],
      ])();
      // Two things at one instant still have an order.
      plan(at, chance.is(0.55) ? (own) => here(world, subject, own) : (own) => there(world, subject, own));
    }
    for (const after of filesPlanned(new Chance(settings.seed, `ticket ${index}, files there`)))
      plan(openedAt + after, (own) => attachThere(world, subject, own));
    if (isChange) continue;
    for (const after of deletionsPlanned(world, index))
      plan(openedAt + after, (own) => deleteHere(world, subject, own));
  }
  return subjects;
}

/** Faults that are not tied to a call: by the minute. */
function planWindows(world: World): void {
  const { settings, scheduler } = world;
  const each = (kind: FaultKind, act: (chance: Chance) => void): void => {
    const chance = new Chance(settings.seed, `${kind} by the minute`);
    for (let minute = 0; minute < settings.activeMs; minute += minutes(1)) {
      const strikes = chance.is(settings.rates[kind]);
      const at = settings.origin + minute + chance.int(0, minutes(1) - 1);
      if (strikes) scheduler.at(at, () => act(chance));
    }
  };
  for (const kind of ['bridge unreachable', 'bridge storm', 'database away'] as const) {
    each(kind, (chance) => {
      const [min, max] = WINDOW_MS[kind] ?? [0, 0];
      const ms = chance.int(min, max);
      world.history.inject(kind, null, `${kind} for ${ms} ms`);
      world.open(kind, ms);
    });
  }
  each('restart', (chance) => {
    const running = [...world.processes];
    if (running.length === 0) return;
    const process = chance.pick(running);
    if (process.isFrozen || process.isStopping) return;
    world.history.inject('restart', process.name, `${process.name} is asked to end, and started again`);
    world.restart(process);
  });
  each('freeze', (chance) => {
    const running = [...world.processes].filter((process) => !process.isFrozen && !process.isStopping);
    if (running.length === 0) return;
    const process = chance.pick(running);
    const [min, max] = WINDOW_MS.freeze ?? [0, 0];
    const ms = chance.int(min, max);
    world.history.inject('freeze', process.name, `${process.name} stands still for ${ms} ms`);
    process.freeze();
    world.history.interrupt(process.name);
    scheduler.after(ms, () => process.thaw());
  });
  each('clock jump', (chance) => {
    const running = [...world.processes];
    if (running.length === 0) return;
    const process = chance.pick(running);
    const offset = chance.int(-CLOCK_ERROR_MS_MAX, CLOCK_ERROR_MS_MAX);
    const ms = offset - process.offset;
    world.history.inject('clock jump', process.name, `the clock of ${process.name} jumps by ${ms} ms`);
    process.offset = offset;
  });
  each('queue duplicate', (chance) => {
    const sent = world.tenant.queue.sent().slice(-10);
    if (sent.length === 0) return;
    const { id, group, transactionType } = chance.pick(sent);
    world.history.inject('queue duplicate', null, `the queue delivers ${transactionType} once more`, [group]);
    world.tenant.queue.duplicate(id, 'queue');
  });
}

/** Nothing goes wrong any more. True once nothing is left to do. */
async function settle(world: World): Promise<boolean> {
  const { scheduler, settings, database } = world;
  world.calm();
  world.history.tell(null, 'from here on nothing goes wrong any more');
  for (const process of world.processes) {
    process.thaw();
    process.offset = 0;
  }
  for (let count = world.processes.size; count < settings.processes; count += 1) world.start();
  const begin = scheduler.now();
  const pollsBefore = database.pollsBegun;
  let comes = 0;
  while (scheduler.now() < begin + SETTLE_MS_MAX && !scheduler.isOverrun) {
    await scheduler.runUntil(scheduler.now() + seconds(30));
    if (database.pollsBegun >= pollsBefore + SETTLING_POLLS_MIN && (await isAtRest(world))) return true;
    if (comes < OPERATOR_COMES_MAX && (await operate(world))) comes += 1;
  }
  return false;
}

async function isAtRest({ database, tenant }: World): Promise<boolean> {
  if (tenant.queue.state().messages.length > 0) return false;
  return database.twin.transaction(async ({ store }) => {
    const { messagesWaiting, lanesDue, parked } = await store.backlog();
    const isSent = (await store.nextUploadAt()) === null;
    const isFetched = (await store.nextDownloadAt()) === null;
    return (
      isSent &&
      isFetched &&
      messagesWaiting === 0 &&
      lanesDue === 0 &&
      parked.every(({ parked: { until } }) => until === 'change')
    );
  });
}

const nothing = (): void => undefined;
const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What waits for an operator gets one, who has every parked ticket tried again. */
async function operate(world: World): Promise<boolean> {
  const { parked } = await world.database.twin.transaction(({ store }) => store.backlog());
  const process = [...world.processes][0];
  if (process === undefined || !parked.some(({ parked: { until } }) => until === 'operator')) return false;
  world.history.tell(null, 'an operator has what is parked tried again');
  const { clock } = process;
  const ports = {
    database: world.database.twin,
    clock,
    random: seededRandom(world.settings.seed),
    log: SILENT,
  };
  const operator = { contract: world.contract, rules: null, ports };
  for (const { lane } of parked) await retryLane(operator, lane.id, 'an operator');
  return true;
}
