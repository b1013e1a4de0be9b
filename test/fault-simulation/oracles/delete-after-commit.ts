import type { Oracle } from '../evidence.ts';

/** No message is deleted before its inbox row is committed; none is left undeleted once it is. */
export const deleteAfterCommit: Oracle = {
  name: 'delete-after-commit',
  check: ({ world, accepted, sent }) => {
    const early = world.history.calls
      .filter(({ kind, handled }) => kind === 'delete' && handled !== null)
      .flatMap((call) =>
        call.messages
          .filter((id) => (accepted.get(id)?.order ?? Infinity) > call.order)
          .map((id) => ({ tickets: [groupOf(id)], words: `message ${id} is deleted before it is kept` })),
      );
    const { messages, failureQueue, expired } = world.tenant.queue.state();
    const left = messages.map(({ id, group }) => ({
      tickets: [group],
      words: `message ${id} is left in the queue`,
    }));
    const lost = [...failureQueue, ...expired]
      .filter(({ id }) => !accepted.has(id))
      .map(({ id, group }) => ({
        tickets: [group],
        words: `message ${id} was given up by the queue, and is not here`,
      }));
    return [...early, ...left, ...lost];

    function groupOf(id: string): string {
      return sent.find((message) => message.id === id)?.group ?? '';
    }
  },
};
