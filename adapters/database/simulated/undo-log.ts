/**
 * What a transaction changed, so that it can be taken back: the price of a transaction is what it writes, not what is
 * there. Whatever the simulated database keeps is changed through here.
 */
export class UndoLog {
  #steps: (() => void)[] = [];
  #isOpen = false;

  begin(): void {
    if (this.#isOpen) throw new Error('one transaction at a time');
    this.#isOpen = true;
  }

  commit(): void {
    this.#steps = [];
    this.#isOpen = false;
  }

  rollBack(): void {
    for (const undo of this.#steps.reverse()) undo();
    this.commit();
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    const isNew = before === undefined && !map.has(key);
    this.#note(isNew ? () => map.delete(key) : () => map.set(key, before as V));
    map.set(key, value);
  }

  delete<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    const before = map.get(key) as V;
    this.#note(() => map.set(key, before));
    map.delete(key);
  }

  push<T>(list: T[], item: T): void {
    this.#note(() => list.pop());
    list.push(item);
  }

  /** The next number of a sequence. */
  next(sequence: Sequence): number {
    const before = sequence.last;
    this.#note(() => (sequence.last = before));
    sequence.last += 1;
    return sequence.last;
  }

  /** A number that was given by others: the sequence goes on behind it. */
  pass(sequence: Sequence, given: number): void {
    const before = sequence.last;
    if (given <= before) return;
    this.#note(() => (sequence.last = before));
    sequence.last = given;
  }

  #note(undo: () => void): void {
    if (!this.#isOpen) throw new Error('the simulated database is changed in transactions only');
    this.#steps.push(undo);
  }
}

/** Where the database makes keys of its own; begins behind `last`. */
export interface Sequence {
  last: number;
}
