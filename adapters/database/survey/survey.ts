import type { Contract } from '../../../engine/domain/contract.ts';
import type { Diagnostic, SilencedDiagnostic } from '../../../engine/domain/diagnostic.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import { isOfDatabase } from '../../../engine/compile/codes.ts';
import { Report } from '../../../engine/compile/report.ts';
import { readAllowances, sift, type Allowance } from '../../../engine/compile/silencing.ts';
import { readOnly } from '../read-only.ts';
import { checkFileSizes } from './check-file-sizes.ts';
import { checkKeys } from './check-keys.ts';
import { checkNames } from './check-names.ts';
import { checkNewest } from './check-newest.ts';
import { checkNewRows } from './check-new-rows.ts';
import { checkRefusedWords } from './check-refused-words.ts';
import { checkRoom } from './check-room.ts';
import { checkNamedRows, checkTicketWords } from './check-ticket-words.ts';
import { checkTypes } from './check-types.ts';
import { readMysqlSchema } from './mysql-schema.ts';
import { namedParts } from './named-columns.ts';
import { spotsIn } from './spots.ts';
import { readSqliteSchema } from './sqlite-schema.ts';
import type { RowsContext } from './survey-context.ts';

/** What was found when a contract was held against the database that it describes. */
export interface Survey {
  readonly diagnostics: readonly Diagnostic[];
  /** Warnings that a comment allows where they stand. */
  readonly silenced: readonly SilencedDiagnostic[];
  /** What was looked at, and what is worth a line but no warning. */
  readonly notes: readonly string[];
}

/**
 * Looks at the live schema, the words in mapped columns and the newest tickets. It only reads, in a transaction that
 * cannot write. `files` are the contract's, by the names that its places have; `connection` has its settings filled in.
 * @throws DatabaseMisconfigured, DatabaseUnavailable
 */
export async function surveyDatabase(
  contract: Contract,
  files: ReadonlyMap<string, string>,
  connection: string,
  now: Instant,
): Promise<Survey> {
  const main = contract.outbound.ticketType.place.file;
  const described = contract.itsm.tickets.place.file;
  const names = [...new Set(namedParts(contract.itsm).tables.map(({ table }) => table))];
  return readOnly(connection, async ({ knex, kind, name }) => {
    const schema = await (kind === 'mysql' ? readMysqlSchema(knex, names) : readSqliteSchema(knex, names));
    const context: RowsContext = {
      contract,
      schema,
      knex,
      // Anew at each run of the transaction: what an earlier run found is found again.
      report: new Report(),
      inContract: spotsIn(main, files.get(main) ?? ''),
      inItsm: spotsIn(described, files.get(described) ?? ''),
    };
    const isComplete = checkNames(context);
    checkTypes(context, now);
    checkKeys(context);
    checkRoom(context);
    checkFileSizes(context);
    const notes = [`looked at ${name}, only reading; nothing was written`];
    // A statement that names something missing could only fail, and a field that is missing fills nothing.
    if (isComplete) {
      checkNewRows(context);
      await checkNamedRows(context);
      await checkRefusedWords(context);
      notes.push(...(await checkTicketWords(context)));
      notes.push(await checkNewest(context, now));
    } else notes.push('words and tickets were not looked at: mend the names first');
    const { diagnostics } = context.report.result([main, described]);
    const { kept, silenced } = sift(
      diagnostics,
      [main, described].flatMap((file) => allowances(file, files)),
    );
    return { diagnostics: kept, silenced, notes };
  });
}

/** What is wrong with such comments the compiler has told. */
const allowances = (file: string, files: ReadonlyMap<string, string>): readonly Allowance[] =>
  readAllowances(file, files.get(file)?.replace(/^\ufeff/, '') ?? '', new Report()).filter(({ code }) =>
    isOfDatabase(code),
  );
