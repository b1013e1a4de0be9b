/** Which rules these are: what a journal line names, so that it can be found later what decided. */
export interface RulesVersion {
  /** The first twelve hexadecimal digits of the SHA-256 over the rule files' names and contents. */
  readonly hash: string;
  /**
   * The git commit that was checked out when the rules were read: `abc1234`, or `abc1234+` if the files said something
   * else; null: they are not in a repository.
   */
  readonly commit: string | null;
}

/** `3f2a9c0b1d2e abc1234+` */
export const rulesText = ({ hash, commit }: RulesVersion): string =>
  commit === null ? hash : `${hash} ${commit}`;
