import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FifoQueue } from '../../../adapters/simulator/fifo-queue.ts';
import { Identifiers } from '../../../adapters/simulator/identifiers.ts';

type Step =
  | { readonly kind: 'send'; readonly group: string }
  | { readonly kind: 'receive'; readonly count: number }
  /** Of the handles given so far, old ones too. */
  | { readonly kind: 'delete'; readonly which: number }
  | { readonly kind: 'release'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('A', 'B', 'C') }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('receive' as const), count: fc.integer({ min: 1, max: 10 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat() }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.constantFrom(1, 10_000, 30_000, 30_000, 30_000, 30_000, 86_400_000),
      }),
    },
  ),
  { minLength: 1, maxLength: 250 },
);

interface Known {
  readonly id: string;
  readonly group: string;
}

it('never hands a message out past an undeleted earlier one of its group, and loses none', () => {
  fc.assert(
    fc.property(steps, (script) => {
      let now = 1_700_000_000_000;
      const queue = new FifoQueue(() => now, new Identifiers('property'));
      const sent: Known[] = [];
      const deleted = new Set<string>();
      const handles: { readonly handle: string; readonly id: string }[] = [];
      for (const step of script) {
        switch (step.kind) {
          case 'send':
            sent.push({ id: queue.send(newMessage(step.group)).id, group: step.group });
            break;
          case 'receive': {
            const received = queue.receive(step.count);
            expect(received.length).toBeLessThanOrEqual(step.count);
            const { failureQueue, expired } = queue.state();
            const gone = new Set([...deleted, ...[...failureQueue, ...expired].map(({ id }) => id)]);
            const handedOut = new Set<string>();
            for (const { message, receiptHandle } of received) {
              const group = sent.filter((known) => known.group === message.group);
              const earlier = group.slice(
                0,
                group.findIndex(({ id }) => id === message.id),
              );
              expect(gone).not.toContain(message.id);
              expect(earlier.filter(({ id }) => !gone.has(id) && !handedOut.has(id))).toEqual([]);
              handedOut.add(message.id);
              handles.push({ handle: receiptHandle, id: message.id });
            }
            break;
          }
          case 'delete': {
            const given = handles[step.which % Math.max(handles.length, 1)];
            if (given !== undefined && queue.delete(given.handle) === 'deleted') deleted.add(given.id);
            break;
          }
          case 'release':
            queue.release(sent[step.which % Math.max(sent.length, 1)]?.id ?? '');
            break;
          case 'pass':
            now += step.ms;
            break;
        }
      }
      const { messages, failureQueue, expired } = queue.state();
      const accountedFor = [...deleted, ...[...messages, ...failureQueue, ...expired].map(({ id }) => id)];
      expect(accountedFor.sort()).toEqual(sent.map(({ id }) => id).sort());
    }),
    { numRuns: 300 },
  );
});

const newMessage = (group: string) => ({
  group,
  transactionType: 'Update',
  clientReferenceAvailable: true,
  body: {},
});
