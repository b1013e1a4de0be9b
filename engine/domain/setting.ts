import type { Place } from './place.ts';

/**
 * A text that may hold `${NAME}` (the environment) and `${file:PATH}` (a secret file). Filled in when the contract
 * starts, by the shell; the engine never sees the values.
 */
export interface Setting {
  readonly text: string;
  readonly place: Place;
}
