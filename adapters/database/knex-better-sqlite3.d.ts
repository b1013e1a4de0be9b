/** Knex publishes no types for its dialects; this is the part that `sqlite-dialect.ts` builds on. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex';

  interface Query {
    sql: string;
    bindings?: readonly unknown[];
  }

  export default class BetterSqlite3Client {
    constructor(config: Knex.Config);
    _query(connection: unknown, query: Query): Promise<Query>;
    _formatBindings(bindings: readonly unknown[] | undefined): readonly unknown[];
  }
}
