import { minutes } from '../../../engine/domain/instant.ts';
import type { Focus } from '../focus.ts';

/** Answers that are missing, of calls that were carried out, and of some that were not. */
export const UNANSWERED: Focus = {
  rates: { 'lost answer': 0.4, 'server error with effect': 0.3, 'lost request': 0.05 },
};
/** Tickets that exist twice, because nobody says that the first create was carried out. */
export const TWICE: Focus = { rates: { 'lost answer': 0.45 }, returnNumber: 'never' };
/** Everything that the queue brings more than once, in any order. */
export const REPEATED: Focus = {
  rates: { 'sender duplicate': 0.4, 'queue duplicate': 1, 'unsorted read': 1 },
};
/** Words of both sides that cross. */
export const CROSSING: Focus = { rates: { 'slow network': 0.4 }, latencyMsMax: 1500 };
/** Processes that stand still while others go on with their work. */
export const FROZEN: Focus = {
  rates: { freeze: 1 },
  processes: 3,
  tickets: 30,
  actionsPerTicket: 20,
  activeMs: minutes(15),
  latencyMsMax: 4000,
};
/** People at work, and nothing goes wrong. */
export const QUIET: Focus = {};
/** Changes and their approvals. */
export const CHANGES: Focus = { contract: 'initech', tickets: 15, actionsPerTicket: 14 };
/** Changes on which people decide one thing and then the other. */
export const DECIDED_ANEW: Focus = {
  contract: 'initech',
  tickets: 6,
  actionsPerTicket: 60,
  activeMs: minutes(15),
};
/** Requests of which the provider re-opens what was done. */
export const REOPENED: Focus = {
  contract: 'initech',
  tickets: 25,
  actionsPerTicket: 30,
  activeMs: minutes(15),
  rates: { 'slow network': 0.2 },
};
/** Digits are one more in the middle of it. */
export const YEAR_2001: Focus = {
  origin: 1_000_000_000_000 - minutes(4),
  rates: { 'unsorted read': 1, 'bridge unreachable': 0.5 },
  tickets: 20,
};

/** Tickets of which some are deleted while calls go unanswered. */
export const DELETED: Focus = {
  contract: 'acme',
  tickets: 30,
  actionsPerTicket: 8,
  rates: { 'lost answer': 0.3 },
};

/** Files that the provider's people attach. */
export const FILES: Focus = { contract: 'acme', tickets: 12, actionsPerTicket: 4 };

/** Tickets on which so much is written that some of it is too long. */
export const LONG: Focus = { tickets: 20, actionsPerTicket: 24, activeMs: minutes(12), wordy: true };

/** Columns that take less than the provider says. */
export const NARROW: Focus = { narrow: true, tickets: 12, actionsPerTicket: 16 };
