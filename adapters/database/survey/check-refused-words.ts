import { CODES } from '../../../engine/compile/codes.ts';
import { closest, suggestion } from '../../../engine/compile/yaml/did-you-mean.ts';
import { inboundWrites, type InboundWrite } from './inbound-writes.ts';
import { inboundWords, type RuleWord } from './rule-words.ts';
import { columnOf } from './schema.ts';
import type { RowsContext, SurveyContext } from './survey-context.ts';
import { rowsWith, wordsIn } from './values.ts';

/**
 * Words that rules write for the provider: of a row elsewhere there must be exactly one, an ENUM must know it, and it
 * must fit. A message that brings such a word would park its ticket.
 */
export async function checkRefusedWords(context: RowsContext): Promise<void> {
  for (const write of inboundWrites(context.contract)) {
    const words = inboundWords(write.rule, write.path);
    if (words.length === 0) continue;
    const { source } = write;
    if (source.kind === 'column') checkColumnWords(context, write, words);
    else if (source.value !== null) await checkRows(context, source.table, source.value, words);
  }
}

async function checkRows(
  { knex, report, inContract }: RowsContext,
  table: string,
  column: string,
  words: readonly RuleWord[],
): Promise<void> {
  const counts = await rowsWith(
    knex,
    table,
    column,
    words.map(({ word }) => word),
  );
  const wrong = words.filter(({ word }) => counts.get(word) !== 1);
  if (wrong.length === 0) return;
  const there = await wordsIn(knex, table, column);
  for (const { word, path, part } of wrong) {
    const count = counts.get(word) ?? 0;
    const has = count === 0 ? `no row whose ${column} is` : `${count} rows whose ${column} is`;
    const message = `${table} has ${has} "${word}": a message that brings it would park.`;
    const hint =
      count === 0 ? suggestion(word, there, `there`) : 'It must be one: name a column that tells them apart.';
    report.add(CODES.refusedWord, inContract(path, part), message, hint);
  }
}

function checkColumnWords(
  { schema, report, inContract }: SurveyContext,
  { table: name, source }: InboundWrite,
  words: readonly RuleWord[],
): void {
  const table = schema.tables.get(name);
  const column = table === undefined ? null : columnOf(table, source.column);
  if (column?.kind !== 'text') return;
  const says = `${name}.${column.name} is ${column.declared}`;
  for (const { word, path, part } of words) {
    const spot = inContract(path, part);
    const { allowed } = column;
    if (allowed !== null) {
      if (allowed.some((candidate) => candidate.toLowerCase() === word.toLowerCase())) continue;
      const message = `${says}, and does not take "${word}": a message that brings it would park.`;
      const near = closest(word, allowed);
      report.add(CODES.refusedWord, spot, message, near === null ? null : `Did you mean "${near}"?`);
    } else if (Array.from(word).length > (column.lengthMax ?? Infinity)) {
      const message = `${says}, too short for "${word}": a message that brings it would park.`;
      report.add(CODES.refusedWord, spot, message, 'Widen the column, or use a shorter word.');
    }
  }
}
