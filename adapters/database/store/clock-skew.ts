import type { Store } from '../../../engine/runtime/ports.ts';
import type { Scope } from './scope.ts';

/** SQLite has no clock but ours. */
export const clockSkewStore = ({ knex, kind }: Pick<Scope, 'knex' | 'kind'>): Pick<Store, 'clockSkew'> => ({
  async clockSkew() {
    if (kind === 'sqlite') return null;
    const asked = Date.now();
    const [rows] = (await knex.raw('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS theirs')) as [
      readonly { readonly theirs: number | string }[],
    ];
    // Its word is from somewhere between the question and the answer.
    const ours = (asked + Date.now()) / 2;
    const theirs = Number(rows[0]?.theirs);
    return Number.isFinite(theirs) ? Math.round(theirs - ours) : null;
  },
});
