import { minutes, type Milliseconds } from '../../domain/instant.ts';

/** Tests of one contract, each case counted. */
export const TESTS_MAX = 2000;
/** The longest that a test looks on: a day sees every resend. */
export const TEST_LASTS_MS_MAX: Milliseconds = minutes(24 * 60);
