import type { Table } from '../../domain/contract.ts';
import { parseExpression } from '../expression/parse.ts';
import type { TreeNode } from '../../jsonata/tree.ts';
import type { WrittenItsm } from '../itsm/written-itsm.ts';
import type { Report } from '../report.ts';
import type { WrittenChanges, WrittenContract, WrittenField, WrittenFields } from '../written-contract.ts';
import { Written, type WrittenScalar } from '../yaml/written.ts';

/** A contract as it is written, for what can be foreseen of it. It may have mistakes: what is missing is not judged. */
export interface Subject {
  readonly contract: Written<WrittenContract>;
  readonly itsm: Written<WrittenItsm> | null;
  readonly tables: ReadonlyMap<string, Table>;
  readonly fields: readonly WrittenRule[];
  readonly conditions: readonly WrittenCondition[];
  readonly report: Report;
}

/** What an expression looks at. */
export type InputKind = 'ticket' | 'comment' | 'message' | 'notes' | 'answer' | 'change' | 'attachment';

export interface WrittenExpression {
  readonly scalar: WrittenScalar;
  readonly tree: TreeNode;
  readonly input: InputKind;
}

/** A field and how it gets its value. */
export interface WrittenRule {
  readonly list: 'ticket_type' | 'outbound' | 'comments' | 'inbound' | 'create' | 'notes' | 'changes';
  readonly name: string;
  readonly written: Written<WrittenField>;
  /** Null if it cannot be read. */
  readonly value: WrittenExpression | null;
  readonly append: readonly {
    readonly label: string;
    readonly key: Written<string>;
    readonly value: WrittenExpression;
  }[];
}

/** Something that holds or does not. */
export interface WrittenCondition extends WrittenExpression {
  readonly list:
    'triggers' | 'comments' | 'attachments' | 'kept_internal' | 'out_of_scope' | 'errors' | 'changes';
  /** Of rules that have one. */
  readonly name: string | null;
}

export function subjectOf(
  contract: Written<WrittenContract>,
  itsm: Written<WrittenItsm> | null,
  tables: ReadonlyMap<string, Table>,
  report: Report,
): Subject {
  const outbound = contract.get('outbound');
  const inbound = contract.get('inbound');
  const type = outbound?.get('ticket_type') ?? null;
  const fields = [
    ...(type === null ? [] : [ruleOf('ticket_type', 'ticketType', type, 'ticket')]),
    ...rulesOf('outbound', outbound?.get('fields') ?? null, 'ticket'),
    ...rulesOf('comments', outbound?.get('comments')?.get('fields') ?? null, 'comment'),
    ...rulesOf('inbound', inbound?.get('fields') ?? null, 'message'),
    ...rulesOf('create', inbound?.get('create') ?? null, 'message'),
    ...rulesOf('notes', inbound?.get('comments') ?? null, 'notes'),
    ...rulesOf('notes', inbound?.get('attachments')?.get('fields') ?? null, 'notes'),
    ...changeRulesOf(contract.get('changes')),
  ];
  const conditions = [
    ...(outbound?.get('triggers')?.items() ?? []).map((rule) => conditionAt('triggers', rule, 'ticket')),
    conditionAt('comments', outbound?.get('comments') ?? null, 'comment'),
    conditionAt('attachments', outbound?.get('attachments') ?? null, 'attachment'),
    conditionAt('kept_internal', outbound?.get('kept_internal') ?? null, 'ticket'),
    ...(inbound?.get('out_of_scope')?.items() ?? []).map((rule) =>
      conditionAt('out_of_scope', rule, 'message'),
    ),
    ...(contract.get('errors')?.items() ?? []).map((rule) => conditionAt('errors', rule, 'answer')),
    conditionAt('changes', contract.get('changes')?.get('sends_comments') ?? null, 'change'),
    conditionAt('changes', contract.get('changes')?.get('approvals')?.get('decided') ?? null, 'change'),
  ].filter((condition) => condition !== null);
  return { contract, itsm, tables, fields, conditions, report };
}

/** Of all that fills something for a change; what it looks at is not told apart. */
function changeRulesOf(written: Written<WrittenChanges> | null): readonly WrittenRule[] {
  if (written === null) return [];
  const approvals = written.get('approvals');
  const decided = approvals?.get('decided') ?? null;
  const by = decided?.get('by') ?? null;
  const comment = decided?.get('comment') ?? null;
  return [
    ...rulesOf('changes', written.get('fields'), 'change'),
    ...rulesOf('changes', written.get('create'), 'change'),
    ...rulesOf('changes', written.get('cancelled'), 'change'),
    ...rulesOf('changes', written.get('closed'), 'change'),
    ...rulesOf('changes', written.get('comments'), 'change'),
    ...rulesOf('changes', written.get('attachments')?.get('fields') ?? null, 'change'),
    ...rulesOf('changes', written.get('sends_comments')?.get('fields') ?? null, 'change'),
    ...rulesOf('changes', approvals?.get('fields') ?? null, 'change'),
    ...(by === null ? [] : [ruleOf('changes', 'by', by, 'change')]),
    ...(comment === null ? [] : [ruleOf('changes', 'comment', comment, 'change')]),
  ];
}

const rulesOf = (
  list: WrittenRule['list'],
  written: Written<WrittenFields> | null,
  input: InputKind,
): readonly WrittenRule[] =>
  (written?.entries() ?? []).map(([name, field]) => ruleOf(list, name, field, input));

function ruleOf(
  list: WrittenRule['list'],
  name: string,
  written: Written<WrittenField>,
  input: InputKind,
): WrittenRule {
  const value = expressionAt(written.isMap ? written.get('value') : written, input);
  const append = (written.get('append')?.entries() ?? []).flatMap(([label, line]) => {
    const expression = expressionAt(line, input);
    const key = new Written<string>(line.node, line.key);
    return expression === null ? [] : [{ label, key, value: expression }];
  });
  return { list, name, written, value, append };
}

function conditionAt(
  list: WrittenCondition['list'],
  rule: Written<{ readonly name?: string; readonly when: string }> | null,
  input: InputKind,
): WrittenCondition | null {
  const found = expressionAt(rule?.get('when') ?? null, input);
  return found === null ? null : { ...found, list, name: rule?.get('name')?.text ?? null };
}

function expressionAt(
  written: { readonly scalar: WrittenScalar | null } | null,
  input: InputKind,
): WrittenExpression | null {
  const scalar = written?.scalar ?? null;
  if (scalar === null || typeof scalar.value !== 'string' || scalar.text === '') return null;
  const tree = parseExpression(scalar.text);
  return tree === null ? null : { scalar, tree, input };
}

/** The table that a field names, if it is declared. */
export function tableOf({ tables }: Subject, rule: WrittenRule): Table | null {
  const name = rule.written.get('table')?.text ?? null;
  return name === null ? null : (tables.get(name) ?? null);
}

/** Every expression of the contract. */
export const expressionsOf = ({ fields, conditions }: Subject): readonly WrittenExpression[] => [
  ...fields.flatMap(({ value, append }) => [
    ...(value === null ? [] : [value]),
    ...append.map((line) => line.value),
  ]),
  ...conditions,
];
