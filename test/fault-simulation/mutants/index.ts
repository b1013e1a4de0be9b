import { CALLS_MUTANTS } from './calls.ts';
import { CHANGES_MUTANTS } from './changes.ts';
import { COMMENTS_MUTANTS } from './comments.ts';
import { DETECTION_MUTANTS } from './detection.ts';
import { ENDINGS_MUTANTS } from './endings.ts';
import { FILES_MUTANTS } from './files.ts';
import { LINKING_MUTANTS } from './linking.ts';
import { READING_MUTANTS } from './reading.ts';
import { SHADOW_MUTANTS } from './shadow.ts';
import { TEXTS_MUTANTS } from './texts.ts';
import type { Mutant } from './mutant.ts';

/** Each must be caught by the simulation. A `find` that is not in its file, or there twice, is an error of this list. */
export const MUTANTS: readonly Mutant[] = [
  ...READING_MUTANTS,
  ...DETECTION_MUTANTS,
  ...LINKING_MUTANTS,
  ...SHADOW_MUTANTS,
  ...COMMENTS_MUTANTS,
  ...TEXTS_MUTANTS,
  ...ENDINGS_MUTANTS,
  ...FILES_MUTANTS,
  ...CHANGES_MUTANTS,
  ...CALLS_MUTANTS,
];
