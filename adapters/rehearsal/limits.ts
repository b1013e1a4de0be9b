/** A rehearsal that goes on for longer than this is broken off: a hundred calls say all that there is to say. */
export const REHEARSED_CALLS_MAX = 100;
/** Turns of all lanes together, each of up to 50 steps. */
export const REHEARSED_TURNS_MAX = 1000;
/** Lines of the journal that a rehearsal shows. */
export const REHEARSED_JOURNAL_LINES_MAX = 10_000;
