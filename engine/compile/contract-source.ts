/** The rule files of one contract, by their names as shown to users: `rules/acme/contract.yaml`. */
export interface ContractSource {
  readonly files: ReadonlyMap<string, string>;
  /** The file to begin with. It names the other one. */
  readonly main: string;
}
