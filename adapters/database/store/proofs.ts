import type { Store } from '../../../engine/runtime/ports.ts';
import type { Scope } from './scope.ts';

interface ProofRow {
  readonly contract: string;
  readonly at: number;
  readonly filling: string;
}

/** A row for each contract that holds nothing: it is there to be written. */
export const proofStore = ({ knex, tables, contract, prepared }: Scope): Pick<Store, 'proveWritable'> => ({
  async proveWritable(bytes, at) {
    await prepared.changed('prove writable', { at, filling: '.'.repeat(bytes) }, (given) =>
      knex<ProofRow>(tables.proofs)
        .insert({ contract, ...given })
        .onConflict(['contract'])
        .merge(['at', 'filling']),
    );
  },
});
