import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { Chance } from './chance.ts';

/** Everything that is injected, by kind. Each has its own rate in each seed. */
export const FAULT_KINDS = [
  'slow network',
  'lost request',
  'lost answer',
  'late effect',
  'server error',
  'server error with effect',
  'too many requests',
  'bridge unreachable',
  'bridge storm',
  'queue duplicate',
  'sender duplicate',
  'slow delete',
  'unsorted read',
  'deadlock',
  'lost connection',
  'lost acknowledgement',
  'database away',
  'late commit',
  'clock jump',
  'crash',
  'restart',
  'freeze',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a seed decides before anything happens. */
export interface Settings {
  readonly seed: number;
  readonly contract: SampleItsm;
  readonly origin: Instant;
  /** How long people work and faults are injected; after that everything is given time to settle. */
  readonly activeMs: Milliseconds;
  readonly tickets: number;
  readonly actionsPerTicket: number;
  /** The probability of each kind, for each occasion at which it can happen; 0: it does not. */
  readonly rates: Readonly<Record<FaultKind, number>>;
  readonly latencyMsMax: Milliseconds;
  /** Processes that run for the contract at the same time. */
  readonly processes: number;
  /** By how much the clocks of processes differ from true time, at most. */
  readonly skewMsMax: Milliseconds;
  /** A group that the contract names and the provider has not set up. */
  readonly unknownGroup: boolean;
  readonly returnNumber: 'lost' | 'always' | 'never';
  readonly numbersWithoutPrefix: boolean;
  readonly messagesPerRead: number;
  readonly notesCarryAllFields: boolean;
  /** The provider's comments do not name the client's ticket. */
  readonly leavesNumberOut: boolean;
  readonly errorsWith200: boolean;
  /** The client's people write long texts, and go on with them. */
  readonly wordy: boolean;
  /** The client's columns take less than the provider says. */
  readonly narrow: boolean;
}

/** What is switched off for a run, to see what a failure needs. */
export interface Restrictions {
  readonly without?: readonly FaultKind[];
  /** Only these tickets of the workload, by their place in it. */
  readonly tickets?: readonly number[];
  /** Nothing happens after so long. */
  readonly activeMs?: Milliseconds;
  readonly processes?: number;
}

/** The rates at which a kind is rare, and at which it is a plague. */
const RATES: Readonly<Record<FaultKind, readonly [rare: number, plague: number]>> = {
  'slow network': [0.02, 0.3],
  'lost request': [0.01, 0.2],
  'lost answer': [0.01, 0.25],
  'late effect': [0.01, 0.15],
  'server error': [0.01, 0.15],
  'server error with effect': [0.01, 0.15],
  'too many requests': [0.01, 0.15],
  // Per minute.
  'bridge unreachable': [0.03, 0.2],
  'bridge storm': [0.03, 0.15],
  'queue duplicate': [0.02, 0.2],
  'sender duplicate': [0.02, 0.2],
  'slow delete': [0.03, 0.4],
  'unsorted read': [0.3, 1],
  deadlock: [0.005, 0.1],
  'lost connection': [0.003, 0.04],
  'lost acknowledgement': [0.003, 0.04],
  // Per minute.
  'database away': [0.03, 0.15],
  'late commit': [0.05, 0.4],
  // Per minute.
  'clock jump': [0.03, 0.2],
  crash: [0.001, 0.01],
  // Per minute.
  restart: [0.02, 0.15],
  freeze: [0.03, 0.25],
};

/**
 * How wrong the clock of a process may be: less than the overlap of change detection (2 min in all contracts), which is what
 * docs/guarantees.md asks of a host.
 */
export const CLOCK_ERROR_MS_MAX = seconds(100);

const YEAR_2026 = Date.parse('2026-11-23T09:00:00Z');
/** Half an hour before the moments of time get another digit. */
const YEAR_2001 = 1_000_000_000_000 - minutes(9);

export function settingsOf(
  seed: number,
  contract: SampleItsm | null,
  restrictions: Restrictions = {},
): Settings {
  const chance = new Chance(seed, 'settings');
  const chosen = chance.pick(['acme', 'globex', 'initech'] as const);
  const mood = chance.weighted([
    [10, 'calm'],
    [55, 'mixed'],
    [20, 'single'],
    [15, 'storm'],
  ] as const);
  const only = chance.pick(FAULT_KINDS);
  const rates = Object.fromEntries(
    FAULT_KINDS.map((kind): [FaultKind, number] => {
      const [rare, plague] = RATES[kind];
      const level = chance.weighted([
        [mood === 'storm' ? 3 : 5, 0],
        [3, rare],
        [mood === 'storm' ? 4 : 1, plague],
      ] as const);
      const rate = mood === 'calm' ? 0 : mood === 'single' ? (kind === only ? plague : 0) : level;
      const isOff = restrictions.without?.includes(kind) === true;
      return [kind, isOff ? 0 : rate];
    }),
  ) as Record<FaultKind, number>;
  const size = chance.weighted([
    [70, [1, 3]],
    [24, [4, 10]],
    [5, [11, 40]],
    [1, [80, 250]],
  ] as const);
  const tickets = chance.int(size[0], size[1]);
  const activeMs = chance.int(tickets > 10 ? 5 : 3, tickets > 10 ? 12 : 11) * minutes(1);
  const settings: Settings = {
    seed,
    contract: contract ?? chosen,
    origin: chance.is(0.1) ? YEAR_2001 : YEAR_2026 + chance.int(0, 86_400) * seconds(1),
    activeMs: Math.min(activeMs, restrictions.activeMs ?? activeMs),
    tickets,
    actionsPerTicket: tickets > 40 ? chance.int(2, 4) : chance.int(2, 12),
    rates,
    latencyMsMax: chance.pick([10, 100, 400, 1500]),
    processes: chance.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ] as const),
    skewMsMax:
      mood !== 'calm' && chance.is(0.2) ? chance.pick([seconds(3), seconds(40), CLOCK_ERROR_MS_MAX]) : 0,
    unknownGroup: chance.is(0.4),
    returnNumber: chance.weighted([
      [8, 'lost'],
      [1, 'always'],
      [1, 'never'],
    ] as const),
    numbersWithoutPrefix: chance.is(0.15),
    messagesPerRead: chance.pick([10, 10, 10, 20]),
    notesCarryAllFields: chance.is(0.3),
    leavesNumberOut: new Chance(seed, 'numbers left out').is(0.1),
    errorsWith200: chance.is(0.15),
    wordy: new Chance(seed, 'wordy').is(0.1),
    narrow: new Chance(seed, 'narrow columns').is(0.15),
  };
  return { ...settings, processes: Math.min(settings.processes, restrictions.processes ?? Infinity) };
}
