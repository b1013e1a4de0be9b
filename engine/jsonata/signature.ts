/** What the library makes of a signature like `<s-n?:s>`: it takes arguments, or completes them from the context, or throws. */
export interface Signature {
  readonly definition: string;
  validate(given: readonly unknown[], context: unknown): unknown[];
}

/** Values of the types that a parameter takes, by their letters. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  s: ['string'],
  n: ['number'],
  b: ['boolean'],
  o: ['object'],
  f: ['function'],
  j: ['string', 'number', 'boolean', 'object', 'array', 'null'],
  x: ['string', 'number', 'boolean', 'object', 'array', 'null', 'function'],
};

const SYMBOL = /(\([a-z]+\)|[a-z])([-?]*)/y;

/**
 * A check that the arguments are just those that the signature lists, one for each, each of its own type or nothing: then
 * nothing needs to be completed or thrown, and the library's slow way need not be gone. Null where that cannot be told
 * from the types alone, as for lists.
 */
export function plainCheck({ definition }: Signature): ((given: readonly unknown[]) => boolean) | null {
  const accepted: (readonly string[])[] = [];
  const listed = definition.slice(1).replace(/[:>].*$/, '');
  let at = 0;
  while (at < listed.length) {
    SYMBOL.lastIndex = at;
    const found = SYMBOL.exec(listed);
    if (found === null) return null;
    const letters = Array.from(found[1] ?? '').filter((letter) => letter !== '(' && letter !== ')');
    if (letters.some((letter) => !Object.hasOwn(LETTERS, letter))) return null;
    // Only what must be a function may not be missing.
    accepted.push([
      ...letters.flatMap((letter) => LETTERS[letter] ?? []),
      ...(found[1] === 'f' ? [] : ['undefined']),
    ]);
    at = SYMBOL.lastIndex;
  }
  return (given) =>
    given.length === accepted.length &&
    given.every((value, index) => accepted[index]?.includes(typeOf(value)) === true);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
