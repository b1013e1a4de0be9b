import { excerpt } from '../../engine/wire/excerpt.ts';
import { columns, type Paint } from './layout.ts';
import type { CommentReason, ConditionReason, FieldReason, OperandReason, Reasons } from './preview.ts';

/** Values of fields and operands, as they stand in a column. */
const VALUE_LENGTH_MAX = 60;

/** The reasons for people: a line for each rule, below it what its expression saw. */
export function reasonLines({ outbound, inbound, answers }: Reasons, paint: Paint): readonly string[] {
  return [
    ...inbound.flatMap(({ transaction, id, out_of_scope: filters, fields, create, comment }) => [
      ...part(`${transaction} ${id}: out of scope?`, conditionLines(filters, paint), paint),
      ...part(`${transaction} ${id}: fields of the ITSM`, fieldLines([...fields, ...create], paint), paint),
      ...part(`${transaction} ${id}: the comment`, fieldLines(comment, paint), paint),
    ]),
    ...(outbound === null
      ? []
      : [
          ...part('Does the ticket travel? (triggers)', conditionLines(outbound.triggers, paint), paint),
          ...part(
            'Taken over by one of our own groups? (kept_internal)',
            outbound.kept_internal === null ? [] : conditionLines([outbound.kept_internal], paint),
            paint,
          ),
          ...part('Fields of the payload', fieldLines(outbound.fields, paint), paint),
          ...outbound.comments.flatMap((comment) =>
            part(`Comment ${comment.key}: does it travel?`, commentLines(comment, paint), paint),
          ),
          ...outbound.attachments.flatMap((file) =>
            part(`File ${file.name}: does it travel?`, commentLines({ ...file, fields: [] }, paint), paint),
          ),
        ]),
    ...answers.flatMap(({ transaction, status, errors }) =>
      part(
        `Answer to ${transaction} (${status ?? 'none'}): rules of errors`,
        conditionLines(errors, paint),
        paint,
      ),
    ),
  ];
}

function commentLines(
  { crossed, when, fields }: Omit<CommentReason, 'key'>,
  paint: Paint,
): readonly string[] {
  switch (crossed) {
    case 'sent':
      return [`${paint('dim', 'no')}    the provider has it`];
    case 'from-provider':
      return [`${paint('dim', 'no')}    it came from the provider`];
    case 'no':
      return [...conditionLines([when], paint), ...fieldLines(fields, paint)];
  }
}

const part = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : [paint('bold', title), ...lines.map((line) => `  ${line}`)];

function conditionLines(conditions: readonly ConditionReason[], paint: Paint): readonly string[] {
  const heads = columns(
    conditions.map((condition) => [
      verdictWord(condition, paint),
      condition.name,
      paint('dim', remarkOf(condition)),
      paint('dim', condition.place),
    ]),
  );
  return conditions.flatMap(({ expression, fault, operands }, index) => [
    heads[index] ?? '',
    `       ${paint('cyan', excerpt(expression, 200))}`,
    ...(fault === null ? [] : [`       ${paint('red', fault)}`]),
    ...operandLines(operands, paint).map((line) => `       ${line}`),
  ]);
}

function verdictWord({ verdict }: ConditionReason, paint: Paint): string {
  switch (verdict) {
    case 'yes':
      return paint('green', 'yes ');
    case 'no':
      return paint('dim', 'no  ');
    case 'failed':
      return paint('red', 'FAIL');
  }
}

const remarkOf = ({ asked, decided }: ConditionReason): string =>
  decided ? 'decides' : asked ? '' : 'not asked';

function fieldLines(fields: readonly FieldReason[], paint: Paint): readonly string[] {
  const heads = columns(
    fields.map((field) => [
      field.from === 'fault' ? paint('red', field.field) : field.field,
      field.value === null ? paint('dim', '–') : shown(field.value),
      fromWord(field, paint),
      paint('dim', field.place),
    ]),
  );
  return fields.flatMap(({ expression, fault, operands, appended, shortened }, index) => [
    heads[index] ?? '',
    ...(shortened === null ? [] : [`    ${paint('cyan', shortened)}`]),
    ...(fault === null || !fields[index]?.asked ? [] : [`    ${paint('red', fault)}`]),
    ...operandLines(
      isPlainName(expression, operands)
        ? operands
        : [{ text: expression, value: undefined, source: null }, ...operands],
      paint,
    ).map((line) => `    ${line}`),
    ...columns(
      appended.map(({ label, value, expression: appendedExpression, place, operands: below }) => [
        `+ ${label}:`,
        value === null ? paint('dim', 'left out') : shown(value),
        paint('cyan', appendedExpression),
        paint('dim', below.find(({ source }) => source !== null)?.source ?? ''),
        paint('dim', place),
      ]),
    ).map((line) => `    ${line}`),
  ]);
}

function fromWord({ from, table, asked }: FieldReason, paint: Paint): string {
  const words = { expression: '', 'left-out': 'left out (optional)', fault: 'no value', default: 'default' };
  const word =
    from === 'entry'
      ? `table ${table?.name ?? ''}: ${table?.entry ?? ''}`
      : from === 'otherwise'
        ? `table ${table?.name ?? ''}: otherwise`
        : words[from];
  const remark = asked ? '' : 'not asked';
  return paint('dim', [word, remark].filter((some) => some !== '').join('; '));
}

/** It stands among its operands, with its value. */
const isPlainName = (expression: string, operands: readonly OperandReason[]): boolean =>
  operands.some(({ text }) => text === expression);

function operandLines(
  operands: readonly (Pick<OperandReason, 'text' | 'source'> & {
    readonly value?: OperandReason['value'] | undefined;
  })[],
  paint: Paint,
): readonly string[] {
  return columns(
    operands.map(({ text, value, source }) => [
      paint('cyan', excerpt(text, 80)),
      value === undefined ? '' : value === null ? paint('dim', 'nothing') : shown(value),
      paint('dim', source ?? ''),
    ]),
  );
}

/** Texts in quotes, so that blanks and empty ones show. */
const shown = (value: NonNullable<OperandReason['value']>): string =>
  excerpt(typeof value === 'string' ? JSON.stringify(value) : value, VALUE_LENGTH_MAX);
