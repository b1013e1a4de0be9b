import type { Json, JsonObject } from '../../domain/json.ts';
import type { Place } from '../../domain/place.ts';
import type { Spot } from '../report.ts';

/** What stands in a file, each value with its place. Aliases are already replaced by what they stand for. */
export type WrittenNode = WrittenMap | WrittenList | WrittenScalar;

export interface WrittenMap extends Spot {
  readonly kind: 'map';
  /** In the order written. Keys are texts, as written: `1` is "1". */
  readonly entries: ReadonlyMap<string, WrittenEntry>;
}

export interface WrittenEntry {
  readonly key: Spot;
  readonly value: WrittenNode;
}

export interface WrittenList extends Spot {
  readonly kind: 'list';
  readonly items: readonly WrittenNode[];
}

export interface WrittenScalar extends Spot {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The value as text: of a number, as it is written. */
  readonly text: string;
  /** Where the character at this offset of the text stands in the file. */
  readonly placeAt: (offset: number) => Place;
}

/** The value without its places, for validation. Objects have no prototype, so that any key is only a key. */
export function plain(node: WrittenNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  const object = Object.create(null) as Record<string, Json>;
  for (const [key, entry] of node.entries) object[key] = plain(entry.value);
  return object satisfies JsonObject;
}

type KeyOf<T> = T extends string | number | boolean | null | readonly unknown[] ? never : keyof T & string;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
type ItemOf<T> = T extends readonly (infer V)[] ? V : never;

/**
 * A written value under its declared type (`WrittenContract`, `WrittenItsm`). What is written may be anything, so
 * every reader says null, or nothing, where it finds another kind of value: the schema has reported that.
 */
export class Written<T> implements Spot {
  readonly node: WrittenNode;
  /** The key it stands under; its own place for the whole file and for items of a list. */
  readonly key: Spot;

  constructor(node: WrittenNode, key: Spot = node) {
    this.node = node;
    this.key = key;
  }

  get place(): Place {
    return this.node.place;
  }

  get length(): number {
    return this.node.length;
  }

  get<K extends KeyOf<T>>(key: K): Written<NonNullable<ValueOf<T, K>>> | null {
    const entry = this.node.kind === 'map' ? this.node.entries.get(key) : undefined;
    return entry === undefined ? null : new Written(entry.value, entry.key);
  }

  entries(): readonly (readonly [string, Written<NonNullable<ValueOf<T, KeyOf<T>>>>])[] {
    if (this.node.kind !== 'map') return [];
    return [...this.node.entries].map(([key, entry]) => [key, new Written(entry.value, entry.key)]);
  }

  items(): readonly Written<ItemOf<T>>[] {
    return this.node.kind === 'list' ? this.node.items.map((item) => new Written(item)) : [];
  }

  /** The text of a text or a number; null for anything else. */
  get text(): string | null {
    if (this.node.kind !== 'scalar') return null;
    return typeof this.node.value === 'string' || typeof this.node.value === 'number' ? this.node.text : null;
  }

  get scalar(): WrittenScalar | null {
    return this.node.kind === 'scalar' ? this.node : null;
  }

  get isMap(): boolean {
    return this.node.kind === 'map';
  }
}
