/**
 * What something that was thrown says, for a log, a reason or a person: without its name, stack and cause. Anything can
 * be thrown; what is no error stands for itself.
 */
export const errorWords = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
