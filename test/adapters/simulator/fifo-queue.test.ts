import { describe, expect, it } from 'vitest';
import { type Delivery, FifoQueue, type NewMessage } from '../../../adapters/simulator/fifo-queue.ts';
import { Identifiers } from '../../../adapters/simulator/identifiers.ts';
import { minutes, seconds } from '../../../engine/domain/instant.ts';

const DAY = minutes(24 * 60);

function setUp() {
  const time = { now: 1_674_858_334_956 };
  const queue = new FifoQueue(() => time.now, new Identifiers('test'));
  /** `A1`: message 1 of group A. */
  const send = (...names: readonly string[]) => names.map((name) => queue.send(message(name)));
  const receive = (count = 10) => queue.receive(count);
  return { time, queue, send, receive };
}

const message = (name: string): NewMessage => ({
  group: name.slice(0, 1),
  transactionType: 'Update',
  clientReferenceAvailable: true,
  body: { name },
});

const names = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ message: { body } }) => (body as { name: string }).name);

const only = (deliveries: readonly Delivery[]): Delivery => {
  const [first, ...others] = deliveries;
  if (first === undefined || others.length > 0)
    throw new Error(`${deliveries.length} messages instead of one`);
  return first;
};

describe('a receive', () => {
  it('hands out as many messages of one group as there are before the next group', () => {
    const { send, receive } = setUp();
    send('A1', 'B1', 'A2', 'C1', 'B2', 'A3');
    expect(names(receive(4))).toEqual(['A1', 'A2', 'A3', 'B1']);
    expect(names(receive(4))).toEqual(['C1']);
  });

  it('hands out nothing of an empty queue', () => {
    expect(setUp().receive()).toEqual([]);
  });

  it('hides what it handed out for 30 s, and hands it out again then, counted and with a new handle', () => {
    const { time, send, receive } = setUp();
    send('A1');
    const first = only(receive());
    time.now += seconds(30) - 1;
    expect(receive()).toEqual([]);
    time.now += 1;
    const second = only(receive());
    expect(second.message.id).toBe(first.message.id);
    expect([first.receiveCount, second.receiveCount]).toEqual([1, 2]);
    expect(second.firstReceivedAt).toBe(first.firstReceivedAt);
    expect(second.receiptHandle).not.toBe(first.receiptHandle);
  });

  it('hands out nothing of a group beyond a message in flight that is not part of it', () => {
    const { queue, send, receive } = setUp();
    send('A1', 'A2', 'B1');
    const head = only(receive(1));
    expect(names(receive())).toEqual(['B1']);
    queue.delete(head.receiptHandle);
    expect(names(receive())).toEqual(['A2']);
  });

  it('hands out a head again while its followers are still hidden, and no message after those', () => {
    const { queue, send, receive } = setUp();
    const [head] = send('A1', 'A2');
    expect(names(receive())).toEqual(['A1', 'A2']);
    send('A3');
    expect(queue.release(head?.id ?? '')).toBe(true);
    expect(names(receive())).toEqual(['A1']);
  });

  it('gives every message a sequence number beyond 2^53 that grows, even within one millisecond', () => {
    const { send } = setUp();
    const sent = send('A1', 'B1', 'A2');
    expect(new Set(sent.map(({ sentAt }) => sentAt)).size).toBe(1);
    const sequences = sent.map(({ sequence }) => BigInt(sequence));
    expect(sequences.every((sequence) => sequence > 2n ** 53n)).toBe(true);
    expect(sequences).toEqual([...sequences].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(sequences).size).toBe(3);
  });

  it('gives handles that must be URL-encoded', () => {
    const { send, receive } = setUp();
    send('A1', 'B1', 'C1');
    for (const { receiptHandle } of receive()) {
      expect(receiptHandle).toMatch(/^AQEB[A-Za-z0-9+/]+==$/);
      expect(receiptHandle).toContain('/');
      expect(receiptHandle).toContain('+');
    }
  });
});

describe('a delete', () => {
  it('takes the message out for good', () => {
    const { time, queue, send, receive } = setUp();
    send('A1');
    expect(queue.delete(only(receive()).receiptHandle)).toBe('deleted');
    time.now += minutes(1);
    expect(receive()).toEqual([]);
  });

  it('may be repeated with the handle that deleted', () => {
    const { queue, send, receive } = setUp();
    send('A1');
    const { receiptHandle } = only(receive());
    queue.delete(receiptHandle);
    expect(queue.delete(receiptHandle)).toBe('deleted-before');
  });

  it('is refused once the visibility timeout is over, received again or not', () => {
    const { time, queue, send, receive } = setUp();
    send('A1');
    const first = only(receive());
    time.now += seconds(30);
    expect(queue.delete(first.receiptHandle)).toBe('expired');
    const second = only(receive());
    expect(queue.delete(first.receiptHandle)).toBe('expired');
    expect(queue.delete(second.receiptHandle)).toBe('deleted');
  });

  it('is refused for a handle that was never given', () => {
    expect(setUp().queue.delete('AQEBnothing/like+it==')).toBe('unknown');
  });
});

describe('a message that nobody deletes', () => {
  it('goes to the failure queue after 20 receives, and its followers move up', () => {
    const { time, queue, send, receive } = setUp();
    send('A1');
    for (let count = 1; count <= 20; count += 1) {
      expect(only(receive(1)).receiveCount).toBe(count);
      if (count === 1) send('A2');
      time.now += seconds(30);
    }
    expect(names(receive())).toEqual(['A2']);
    expect(queue.state().failureQueue.map(({ body }) => body)).toEqual([{ name: 'A1' }]);
  });

  it('can still be deleted after its last receive', () => {
    const { time, queue, send, receive } = setUp();
    send('A1');
    for (let count = 1; count < 20; count += 1) {
      receive();
      time.now += seconds(30);
    }
    expect(queue.delete(only(receive()).receiptHandle)).toBe('deleted');
    time.now += seconds(30);
    expect(queue.state().failureQueue).toEqual([]);
  });

  it('is gone after 4 days, read or not', () => {
    const { time, queue, send, receive } = setUp();
    send('A1', 'B1');
    time.now += 4 * DAY - seconds(10);
    const read = receive(1);
    expect(names(read)).toEqual(['A1']);
    time.now += seconds(10);
    expect(queue.state()).toMatchObject({ waiting: 0, inFlight: 0, oldestAgeMs: null });
    expect(queue.state().expired.map(({ body }) => body)).toEqual([{ name: 'A1' }, { name: 'B1' }]);
    expect(queue.delete(only(read).receiptHandle)).toBe('expired');
    expect(receive()).toEqual([]);
  });
});

describe('a duplicate', () => {
  it('of the queue is the same message in the same place, even after it was deleted', () => {
    const { queue, send, receive } = setUp();
    const [first] = send('A1', 'A2');
    queue.delete(only(receive(1)).receiptHandle);
    queue.duplicate(first?.id ?? '', 'queue');
    const received = receive();
    expect(names(received)).toEqual(['A1', 'A2']);
    expect(received[0]?.message).toEqual(first);
  });

  it('of the sender is a new message at the end with the same body', () => {
    const { queue, send, receive } = setUp();
    const [first] = send('A1', 'A2');
    queue.duplicate(first?.id ?? '', 'sender');
    const received = receive();
    expect(names(received)).toEqual(['A1', 'A2', 'A1']);
    expect(received[2]?.message.id).not.toBe(first?.id);
  });

  it('of nothing is nothing', () => {
    expect(setUp().queue.duplicate('no such message', 'queue')).toBeNull();
  });
});

describe('the state', () => {
  it('counts what waits and what is in flight, and says how old the oldest is', () => {
    const { time, queue, send, receive } = setUp();
    send('A1', 'A2', 'B1');
    receive(1);
    time.now += seconds(7);
    expect(queue.state()).toMatchObject({ waiting: 2, inFlight: 1, oldestAgeMs: seconds(7) });
  });
});
