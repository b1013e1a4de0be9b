import { seconds } from '../../../engine/domain/instant.ts';
import type { Evidence, Oracle } from '../evidence.ts';

/**
 * No message is deleted before its inbox row is committed; none is left undeleted once it is, and none is read that
 * cannot be kept: each receive counts towards the 20 after which the queue gives a message up.
 */
export const deleteAfterCommit: Oracle = {
  name: 'delete-after-commit',
  check: (evidence) => [...deletedEarly(evidence), ...leftBehind(evidence), ...readInVain(evidence)],
};

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

function deletedEarly({ world, accepted, sent }: Evidence): readonly Fault[] {
  const groupOf = (id: string): string => sent.find((message) => message.id === id)?.group ?? '';
  return world.history.calls
    .filter(({ kind, handled }) => kind === 'delete' && handled !== null)
    .flatMap((call) =>
      call.messages
        .filter((id) => (accepted.get(id)?.order ?? Infinity) > call.order)
        .map((id) => ({ tickets: [groupOf(id)], words: `message ${id} is deleted before it is kept` })),
    );
}

function leftBehind({ world, accepted }: Evidence): readonly Fault[] {
  const { messages, failureQueue, expired } = world.tenant.queue.state();
  const left = messages.map(({ id, group }) => ({
    tickets: [group],
    words: `message ${id} is left in the queue`,
  }));
  const givenUp = [...failureQueue, ...expired].map(({ id, group }) => ({
    tickets: [group],
    words: `message ${id} was given up by the queue, and is ${accepted.has(id) ? 'here: it was never deleted' : 'not here'}`,
  }));
  return [...left, ...givenUp];
}

/** What a process asked the database just before may have been answered by one that has gone since. */
const SINCE_ASKED_MS_MIN = seconds(1);

function readInVain({ world }: Evidence): readonly Fault[] {
  const { history, settings } = world;
  const margin = SINCE_ASKED_MS_MIN + settings.latencyMsMax;
  return history.calls
    .filter(({ kind, at }) => kind === 'receive' && world.wasDatabaseAway(at - margin, at))
    .filter(({ process, order }) => (history.interrupted.get(process)?.order ?? Infinity) > order)
    .map(({ process }) => ({
      tickets: [],
      words: `${process} reads the queue, and the database has been away all the while`,
    }));
}
