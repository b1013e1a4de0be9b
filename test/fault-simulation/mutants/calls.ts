import { minutes } from '../../../engine/domain/instant.ts';
import { FROZEN } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** Calls, their answers, and the processes that make them. */
export const CALLS_MUTANTS: readonly Mutant[] = [
  {
    name: 'no intent',
    because: 'the outcome is saved anyway, one commit less is faster',
    file: 'engine/runtime/commit-intent.ts',
    find: `  await tx.store.saveLane(expecting);`,
    replace: `  await tx.store.saveLane({ ...expecting, state: { ...expecting.state, intent: null } });`,
    focus: { rates: { crash: 0.02, 'lost answer': 0.1 }, activeMs: minutes(3), tickets: 2 },
  },
  {
    name: 'resend too early',
    because: 'a minute is long, and the bridge is usually fast',
    file: 'engine/domain/limits.ts',
    find: `export const PATIENCE_MS_MIN = seconds(60);`,
    replace: `export const PATIENCE_MS_MIN = seconds(20);`,
  },
  {
    name: 'a call left by a dead process is repeated at once',
    because: 'the new process knows of no call, so nothing seems to be under way',
    file: 'engine/runtime/prepare-call.ts',
    find: `  if (intent === null) return null;`,
    replace: `  if (intent === null || (resendAt === null && intent.kind === 'notes')) return null;`,
    focus: { rates: { crash: 0.03, 'lost answer': 0.1 } },
  },
  {
    name: 'an outcome that is committed already',
    because: 'the answer came, so it is to be written down',
    file: 'engine/runtime/record-answer.ts',
    find: `  if (lane.state.intent?.id !== call.intent.id) {`,
    replace: `  if (lane.state.intent?.id === '') {`,
    focus: { rates: { 'lost acknowledgement': 0.1 } },
  },
  {
    name: 'an outcome is not waited for',
    because: 'the turn comes again when the database is back',
    file: 'engine/runtime/commit-outcome.ts',
    find: `if (!(error instanceof DatabaseUnavailable) || hurriedTries >= OUTCOME_COMMITS_MAX) throw error;`,
    replace: `if (!(error instanceof DatabaseUnavailable) || hurriedTries < OUTCOME_COMMITS_MAX) throw error;`,
    focus: { rates: { 'lost connection': 0.1 } },
  },
  {
    name: 'a server error is a refusal',
    because: 'the bridge said no',
    file: 'engine/decide/decide-answer.ts',
    find: `      return answer.error === 'server-failure' || answer.error === 'unclear';`,
    replace: `      return answer.error === 'unclear';`,
    focus: { rates: { 'server error with effect': 0.4 } },
  },
  {
    name: 'a reset connection is not reached',
    because: 'the connection is gone, so the request is too',
    file: 'engine/wire/read-answer.ts',
    find: `    return { kind: 'no-answer', reached: answer.reached, reason: answer.reason };`,
    replace: `    return { kind: 'no-answer', reached: answer.reached && answer.reason !== 'connection reset', reason: answer.reason };`,
    focus: { rates: { 'lost answer': 0.4 } },
  },
  {
    name: 'the lease is not asked for before a call',
    because: 'the lane was taken a moment ago',
    file: 'engine/runtime/perform-call.ts',
    find: `  if (!(await hold.by.confirm())) {`,
    replace: `  if ((await Promise.resolve(hold.by.id)) === '') {`,
    focus: FROZEN,
  },
  {
    name: 'lanes are taken from whoever holds them',
    because: "a lane that is due is nobody else's",
    file: 'adapters/database/simulated/instances.ts',
    find: `    return holder.owner === owner || isFree(holder.owner);`,
    replace: `    return holder.fence >= 0 || isFree(holder.owner);`,
    focus: { rates: { 'lost answer': 0.2 }, processes: 3, latencyMsMax: 1500 },
  },
  {
    name: 'patience by the date alone',
    because: 'the lane says when it is to be sent again',
    file: 'engine/runtime/patience.ts',
    find: `      return Math.max(0, since + PATIENCE_MS_MIN - clock.elapsed());`,
    replace: `      return Math.max(0, since - clock.elapsed());`,
    focus: { rates: { 'clock jump': 1, 'lost answer': 0.2, 'lost request': 0.3 } },
  },
  {
    name: 'the ledger is written behind the outcome',
    because: 'the call is what must not be lost, the ledger is bookkeeping',
    file: 'engine/runtime/perform-call.ts',
    find: `    recordAnswer(runtime, tx, call, hold, after, during, refusal);`,
    replace: `{
    const insertLedgerEntry: typeof tx.store.insertLedgerEntry = async (entry) =>
      void ports.clock
        .sleep(1, new AbortController().signal)
        .then(() => ports.database.transaction(({ store }) => store.insertLedgerEntry(entry)))
        .catch(() => undefined);
    const store = { ...tx.store, insertLedgerEntry };
    return recordAnswer(runtime, { ...tx, store }, call, hold, after, during, refusal);
  };`,
    focus: { rates: { crash: 0.04 } },
  },
  {
    name: 'the outcome of a call is undone with the step behind it',
    because: 'what fails is done again',
    file: 'engine/runtime/perform-call.ts',
    find: `  } catch (error) {
    // Whatever`,
    replace: `  } catch (error) {
    if (!(error instanceof ItsmRefused)) throw error;
    // Whatever`,
    focus: { rates: { deadlock: 0.2, 'database away': 0.3, 'lost connection': 0.2 } },
  },
  {
    name: 'one ticket after the other',
    because: 'what is done one after the other needs no locks',
    file: 'engine/domain/limits.ts',
    find: `export const LANES_AT_ONCE = 64;`,
    replace: `export const LANES_AT_ONCE = 1;`,
    focus: { rates: { 'lost answer': 0.4, 'lost request': 0.2 }, tickets: 25 },
  },
  {
    name: 'the wait for a resend is slept in the turn',
    because: 'the turn knows best when it is to go on',
    file: 'engine/runtime/lane-turn.ts',
    find: `    if (end.kind !== 'again') return end;`,
    replace: `    if (end.kind === 'rest' && end.dueAt !== null)
      await runtime.ports.clock.sleep(end.dueAt - runtime.ports.clock.now(), signal);
    if (end.kind !== 'again') return end;`,
    focus: { rates: { 'lost answer': 0.4, 'lost request': 0.2 }, tickets: 25 },
  },
  {
    name: 'an answer that comes late is of no interest',
    because: 'another call has been prepared since',
    file: 'engine/runtime/record-answer.ts',
    find: `    if (after.kind === 'accepted' && after.providerTicket !== null)
      await recordLateCreate`,
    replace: `    if (after.kind === 'substitute' && refusal !== null && call.request.method === 'GET')
      await recordLateCreate`,
    focus: { ...FROZEN, returnNumber: 'never' },
  },
  {
    name: 'who has lost the lane does not say what its call came to',
    because: 'the lane is in other hands',
    file: 'engine/runtime/record-answer.ts',
    find: `    if (after.kind !== 'accepted' && after.kind !== 'so-already')
      return`,
    replace: `    if (!isHeld || (after.kind !== 'accepted' && after.kind !== 'so-already'))
      return`,
    focus: { ...FROZEN, returnNumber: 'never' },
  },
  {
    name: 'others are taken for dead at once',
    because: 'a beat that has not moved since the last look is no sign of life',
    file: 'engine/runtime/membership.ts',
    find: `elapsed - seen.since >= LEASE_MS;`,
    replace: `elapsed - seen.since >= 0 * LEASE_MS;`,
    focus: { ...FROZEN, rates: { 'slow network': 0.3 } },
  },
];
