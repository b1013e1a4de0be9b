import type { Knex } from 'knex';
import type { Contract } from '../../../engine/domain/contract.ts';
import type { Report } from '../../../engine/compile/report.ts';
import type { Schema } from './schema.ts';
import type { SpotFinder } from './spots.ts';

/** What every check of a survey works on: a contract beside the database that it describes. */
export interface SurveyContext {
  readonly contract: Contract;
  readonly schema: Schema;
  readonly report: Report;
  readonly inContract: SpotFinder;
  readonly inItsm: SpotFinder;
}

/** For those that look at rows too. */
export interface RowsContext extends SurveyContext {
  /** A transaction that cannot write. */
  readonly knex: Knex;
}
