import { CODES } from '../../../engine/compile/codes.ts';
import { suggestion } from '../../../engine/compile/yaml/did-you-mean.ts';
import { namedParts } from './named-columns.ts';
import { columnOf } from './schema.ts';
import type { SurveyContext } from './survey-context.ts';

/** Every table and column that itsm.yaml names is looked up. Says whether all of them are there. */
export function checkNames({ contract, schema, report, inItsm }: SurveyContext): boolean {
  const { tables, columns } = namedParts(contract.itsm);
  let complete = true;
  for (const { table, path } of tables) {
    if (schema.tables.has(table)) continue;
    complete = false;
    const hint = `${suggestion(table, schema.tableNames, 'what this user can see')} A user sees only what it has a right on.`;
    report.add(CODES.noSuchTable, inItsm(path), `The database has no table "${table}".`, hint);
  }
  for (const { table: name, column, path, part } of columns) {
    const table = schema.tables.get(name);
    if (table === undefined || columnOf(table, column) !== null) continue;
    complete = false;
    const names = table.columns.map((candidate) => candidate.name);
    const message = `The table "${name}" has no column "${column}".`;
    report.add(
      CODES.noSuchColumn,
      inItsm(path, part),
      message,
      suggestion(column, names, `columns of ${name}`),
    );
  }
  return complete;
}
