import { compileContract, type CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { rulesHash } from '../rules/rules-version.ts';
import { KEPT_RULES_LENGTH_MAX } from './limits.ts';

/** Rules as they were compiled, and the texts that they were compiled from. */
export interface PreviewedContract {
  readonly source: ContractSource;
  readonly compiled: CompiledContract;
  /** Of the files' names and texts. */
  readonly hash: string;
}

export const previewedContract = (source: ContractSource): PreviewedContract => ({
  source,
  compiled: compileContract(source),
  hash: rulesHash(source),
});

/** The contracts that were asked for last: rules with the same texts under the same names are not compiled again. */
export class CompiledContracts {
  /** The one that was asked for last is the first. */
  #known: readonly PreviewedContract[] = [];

  of(source: ContractSource): PreviewedContract {
    const known = this.#known.find((one) => isSame(one.source, source));
    const contract = known ?? previewedContract(source);
    if (this.#known[0] !== contract) {
      const others = this.#known.filter((one) => one !== contract);
      this.#known = withinBound([contract, ...others]);
    }
    return contract;
  }
}

/** In turn, as long as their texts fit. */
function withinBound(contracts: readonly PreviewedContract[]): readonly PreviewedContract[] {
  let left = KEPT_RULES_LENGTH_MAX;
  return contracts.filter(({ source }) => {
    const length = [...source.files.values()].reduce((sum, text) => sum + text.length, 0);
    if (length > left) return false;
    left -= length;
    return true;
  });
}

/** With all that a preview shows: the files' names and their order too. */
function isSame(one: ContractSource, other: ContractSource): boolean {
  if (one === other) return true;
  if (one.main !== other.main || one.files.size !== other.files.size) return false;
  const names = [...other.files.keys()];
  return [...one.files].every(
    ([name, text], index) => names[index] === name && other.files.get(name) === text,
  );
}
