import { apply } from './apply.ts';
import { Frame } from './frame.ts';
import { NATIVE_VALUES } from './functions/natives.ts';

const NOWHERE = new Frame(null);

/** Calls a function of the language as the evaluation under way would: for functions that are handed in to use. */
export const callFunction = (name: string, given: readonly unknown[]): unknown =>
  apply(NATIVE_VALUES.get(name), given, null, NOWHERE);
