import { isWrite, type Evidence, type Oracle } from '../evidence.ts';
import type { Call } from '../history.ts';
import { takenForDeleted } from './deleted.ts';

const FINAL: ReadonlySet<string> = new Set(['applied', 'dropped', 'duplicate', 'not-handled']);

/** Every transaction seen has an outcome in the journal. */
export const loud: Oracle = {
  name: 'loud',
  check: (evidence) => [
    ...silentMessages(evidence),
    ...silentCalls(evidence),
    ...brokenTurns(evidence),
    ...takenForDeleted(evidence),
  ],
};

function silentMessages(evidence: Evidence): readonly { tickets: readonly string[]; words: string }[] {
  const { sent, journal, world } = evidence;
  const given = new Set(world.tenant.queue.state().failureQueue.map(({ id }) => id));
  const final = new Set(
    journal
      .filter(({ direction, outcome }) => direction === 'in' && FINAL.has(outcome))
      .map(({ transactionId }) => transactionId),
  );
  return sent
    .filter(({ id }) => !final.has(id) && !given.has(id))
    .filter(({ group }) => !evidence.isOfNobody(group))
    .map(({ id, group, transactionType }) => ({
      tickets: [group],
      words: `${transactionType} ${id} has no outcome in the journal`,
    }));
}

/** A call is told with the id of its intent; one that parks its lane, or that a message settles, with the lane. */
function silentCalls({
  journal,
  world,
  all,
}: Evidence): readonly { tickets: readonly string[]; words: string }[] {
  const told = new Set(
    journal.filter(({ direction }) => direction === 'out').map(({ transactionId }) => transactionId),
  );
  const numbers = new Set(all.map(({ number }) => number));
  const toldOtherwise = (call: Call): boolean =>
    journal.some(
      (entry) =>
        entry.order > call.order &&
        entry.clientNumber === call.clientNumber &&
        (entry.outcome === 'parked' ||
          (call.kind === 'create' && entry.direction === 'in' && entry.outcome === 'applied')),
    );
  return world.history.calls
    .filter((call) => isWrite(call) && numbers.has(call.clientNumber ?? ''))
    .filter((call) => !told.has(call.announced?.intent.id ?? '') && !toldOtherwise(call))
    .map((call) => ({
      tickets: [call.clientNumber ?? ''],
      words: `${call.request.method} ${call.request.path} has no outcome in the journal`,
    }));
}

function brokenTurns({ world }: Evidence): readonly { tickets: readonly string[]; words: string }[] {
  const broken = world.history.broken.map(({ words }) => ({ tickets: [], words: `a turn broke: ${words}` }));
  return world.unexpectedEnd === null ? broken : [...broken, { tickets: [], words: world.unexpectedEnd }];
}
