/**
 * JSONata's built-in functions (2.2). A function whose first argument may be an object and may be left out takes the
 * context instead; the number is how many arguments it needs to get by without it.
 */
const BUILT_IN: Readonly<Record<string, number>> = {
  sum: 0,
  count: 0,
  max: 0,
  min: 0,
  average: 0,
  string: 1,
  substring: 0,
  substringBefore: 0,
  substringAfter: 0,
  lowercase: 0,
  uppercase: 0,
  length: 0,
  trim: 0,
  pad: 0,
  match: 0,
  contains: 0,
  replace: 0,
  split: 0,
  join: 0,
  formatNumber: 0,
  formatBase: 0,
  formatInteger: 0,
  parseInteger: 0,
  number: 0,
  floor: 0,
  ceil: 0,
  round: 0,
  abs: 0,
  sqrt: 0,
  power: 0,
  boolean: 1,
  not: 1,
  map: 0,
  zip: 0,
  filter: 0,
  single: 0,
  reduce: 0,
  sift: 2,
  keys: 1,
  lookup: 2,
  append: 0,
  exists: 0,
  spread: 1,
  merge: 0,
  reverse: 0,
  each: 2,
  error: 0,
  assert: 0,
  type: 0,
  sort: 0,
  distinct: 0,
  base64encode: 0,
  base64decode: 0,
  encodeUrlComponent: 0,
  encodeUrl: 0,
  decodeUrlComponent: 0,
  decodeUrl: 0,
  toMillis: 0,
  fromMillis: 0,
  clone: 1,
  now: 0,
  millis: 0,
  // The project's own: see date-function.ts.
  date: 0,
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(BUILT_IN);

/** Their results differ from one evaluation to the next, or cannot be foreseen: plans would not be repeatable. */
export const UNPREDICTABLE_FUNCTIONS: readonly string[] = ['random', 'shuffle', 'eval'];

export const isFunctionName = (name: string): boolean => Object.hasOwn(BUILT_IN, name);

/** Arguments that keep the function from reading the whole context instead; 0 if it never does. */
export const argumentsWithoutContext = (name: string): number =>
  isFunctionName(name) ? (BUILT_IN[name] ?? 0) : 0;
