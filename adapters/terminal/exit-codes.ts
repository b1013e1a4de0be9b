/** What the exit code of every command means; `bridgehead --help` shows this table. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** Something was found wrong: errors in a contract, two sides that do not agree. */
  problems: 1,
  /** The command was called wrongly, or a folder is missing. */
  usage: 2,
  /** A contract cannot run: a setting is missing, the database cannot be used, or the bridge refuses key or URL. */
  cannotRun: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
