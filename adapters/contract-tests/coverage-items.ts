import {
  reopenPolicies,
  type Changes,
  type Contract,
  type FieldRule,
  type ReopenPolicy,
  type Rule,
  type Table,
} from '../../engine/domain/contract.ts';
import type { Branch, Expression } from '../../engine/domain/expression.ts';
import type { Limit } from '../../engine/domain/observation.ts';
import type { Place } from '../../engine/domain/place.ts';
import { fieldKey, placeKey } from './recorder.ts';

/** What coverage counts, in the order in which it is told. */
export const COVERAGE_KINDS = [
  'triggers',
  'filters',
  'other conditions',
  'field mappings',
  'fallbacks',
  'table entries',
  'choices in expressions',
  'appended lines',
  'limits',
  'error rules',
  'reopening',
] as const;
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** One thing that tests should have met. */
export interface CoverageItem {
  /** By which what is observed finds it. */
  readonly key: string;
  readonly kind: CoverageKind;
  readonly place: Place;
  /** What was to happen, for people. */
  readonly text: string;
}

export type Direction = 'outbound' | 'inbound';

export const conditionKey = (when: Expression, verdict: boolean): string =>
  `${placeKey(when.place)} ${verdict ? 'held' : 'did not hold'}`;
export const filledKey = (rule: FieldRule, how: 'filled' | 'default' | 'left out'): string =>
  `${fieldKey(rule)} ${how}`;
export const entryKey = (entry: { readonly place: Place }, direction: Direction): string =>
  `${placeKey(entry.place)} ${direction}`;
export const otherwiseKey = (table: Table): string => `${placeKey(table.place)} otherwise`;
export const branchKey = ({ place, side }: Branch): string => `${placeKey(place)} ${side}`;
export const appendKey = (value: Expression, isThere: boolean): string =>
  `${placeKey(value.place)} ${isThere ? 'there' : 'left out'}`;
export const reopenKey = (policy: ReopenPolicy): string => `reopen ${policy}`;
export const limitKey = (rule: FieldRule, limit: Limit): string => `${fieldKey(rule)} ${limit}`;
export const DELETED_KEY = 'deleted';
export const AFTER_CLOSED_KEY = 'after_closed';

/** Every field rule of a contract, with the direction in which its table is read. */
export function fieldRules({
  outbound,
  inbound,
  changes,
}: Contract): readonly (readonly [FieldRule, Direction])[] {
  const out = [
    outbound.ticketType,
    ...outbound.fields.values(),
    ...(outbound.comments?.fields.values() ?? []),
    ...(changes?.sends?.fields.values() ?? []),
    ...decidedRules(changes),
  ];
  const into = [
    ...inbound.fields.values(),
    ...inbound.create.values(),
    ...(inbound.comments?.values() ?? []),
    ...(inbound.attachments?.fields.values() ?? []),
    ...(changes?.attachments?.fields.values() ?? []),
    ...(changes === null
      ? []
      : [changes.fields, changes.create, changes.cancelled, changes.closed, changes.comments]
    ).flatMap((rules) => [...(rules?.values() ?? [])]),
    ...(changes?.approvals?.fields.values() ?? []),
  ];
  return [
    ...out.map((rule) => [rule, 'outbound'] as const),
    ...into.map((rule) => [rule, 'inbound'] as const),
  ];
}

function decidedRules(changes: Changes | null): readonly FieldRule[] {
  const decided = changes?.approvals?.decided ?? null;
  if (decided === null) return [];
  return decided.comment === null ? [decided.by] : [decided.by, decided.comment];
}

/** The conditions of what goes out for a change, under the names that people know them by. */
function changeConditions({ changes }: Contract): readonly Pick<Rule, 'name' | 'when' | 'place'>[] {
  const sends = changes?.sends ?? null;
  const decided = changes?.approvals?.decided ?? null;
  return [
    ...(sends === null ? [] : [{ name: 'sends_comments', when: sends.when, place: sends.when.place }]),
    ...(decided === null
      ? []
      : [
          { name: 'decided', when: decided.when, place: decided.place },
          { name: 'approve', when: decided.approve, place: decided.approve.place },
        ]),
  ];
}

/** Everything of a contract that tests can meet, each once. */
export function coverageItems(contract: Contract): readonly CoverageItem[] {
  const { outbound, inbound, errors } = contract;
  const rules = fieldRules(contract);
  const expressions = [
    ...outbound.triggers.map(({ when }) => when),
    ...inbound.outOfScope.map(({ when }) => when),
    ...(outbound.keptInternal === null ? [] : [outbound.keptInternal.when]),
    ...(outbound.comments === null ? [] : [outbound.comments.when]),
    ...(outbound.attachments === null ? [] : [outbound.attachments.when]),
    ...changeConditions(contract).map(({ when }) => when),
    ...rules.flatMap(([rule]) => [rule.value, ...rule.append.map(({ value }) => value)]),
    ...errors.map(({ when }) => when),
  ];
  const items: readonly CoverageItem[] = [
    ...outbound.triggers.flatMap((rule) => bothVerdicts('triggers', rule)),
    ...inbound.outOfScope.flatMap((rule) => bothVerdicts('filters', rule)),
    ...(outbound.keptInternal === null
      ? []
      : bothVerdicts('other conditions', { name: 'kept_internal', ...outbound.keptInternal })),
    ...(outbound.comments === null
      ? []
      : bothVerdicts('other conditions', {
          name: 'comments',
          when: outbound.comments.when,
          place: outbound.comments.when.place,
        })),
    ...(outbound.attachments === null
      ? []
      : bothVerdicts('other conditions', { name: 'attachments', ...outbound.attachments })),
    ...changeConditions(contract).flatMap((rule) => bothVerdicts('other conditions', rule)),
    ...rules.flatMap(([rule]) => fieldItems(rule)),
    ...rules.flatMap(([rule, direction]) => tableItems(rule, direction)),
    ...expressions.flatMap(({ branches }) => branches.map(branchItem)),
    ...rules.flatMap(([rule]) => appendItems(rule)),
    ...rules.flatMap(([rule]) => limitItems(rule)),
    ...errors.map(({ name, when, place }): CoverageItem => ({
      key: conditionKey(when, true),
      kind: 'error rules',
      place,
      text: `"${name}" held`,
    })),
    ...reopenItems(contract),
    ...deletedItems(contract),
    ...afterClosedItems(contract),
  ];
  return [...new Map(items.map((item) => [`${item.kind} ${item.key}`, item])).values()];
}

const bothVerdicts = (
  kind: CoverageKind,
  { name, when, place }: Pick<Rule, 'name' | 'when' | 'place'>,
): readonly CoverageItem[] =>
  [true, false].map((verdict) => ({
    key: conditionKey(when, verdict),
    kind,
    place,
    text: `"${name}" ${verdict ? 'held' : 'did not hold'}`,
  }));

function fieldItems(rule: FieldRule): readonly CoverageItem[] {
  const { field, place } = rule;
  const source = oneLine(rule.value.source);
  return [
    { key: filledKey(rule, 'filled'), kind: 'field mappings', place, text: `${field} ← ${source}` },
    ...(rule.default === null
      ? []
      : [fallbackItem(filledKey(rule, 'default'), place, `${field} took its default "${rule.default}"`)]),
    ...(rule.optional && rule.default === null
      ? [fallbackItem(filledKey(rule, 'left out'), place, `${field} was left out`)]
      : []),
  ];
}

const fallbackItem = (key: string, place: Place, text: string): CoverageItem => ({
  key,
  kind: 'fallbacks',
  place,
  text,
});

/** On the way back only the first of several entries with one provider value can be taken. */
function tableItems({ table }: FieldRule, direction: Direction): readonly CoverageItem[] {
  if (table === null) return [];
  const { entries, otherwise, name } = table;
  const reachable =
    direction === 'outbound'
      ? entries
      : entries.filter(
          (entry) => entries.find(({ provider }) => provider === entry.provider)?.client === entry.client,
        );
  return [
    ...reachable.map((entry): CoverageItem => {
      const [from, to] =
        direction === 'outbound' ? [entry.client, entry.provider] : [entry.provider, entry.client];
      const text = `table ${name}, ${direction}: ${from} → ${to}`;
      return { key: entryKey(entry, direction), kind: 'table entries', place: entry.place, text };
    }),
    ...(direction === 'inbound' || otherwise === null
      ? []
      : [fallbackItem(otherwiseKey(table), table.place, `table ${name}: otherwise → ${otherwise}`)]),
  ];
}

function branchItem(branch: Branch): CoverageItem {
  const { place, side, text } = branch;
  const written = text === '' ? 'nothing (no else is written)' : oneLine(text);
  return { key: branchKey(branch), kind: 'choices in expressions', place, text: `${side}: ${written}` };
}

const appendItems = ({ append }: FieldRule): readonly CoverageItem[] =>
  append.flatMap(({ label, value, place }) =>
    [true, false].map((isThere) => ({
      key: appendKey(value, isThere),
      kind: 'appended lines' as const,
      place,
      text: `"${label}" was ${isThere ? 'appended' : 'left out'}`,
    })),
  );

/** What the rule itself says of texts that do not fit; what holds without a word of it is no choice of the contract's. */
const limitItems = (rule: FieldRule): readonly CoverageItem[] =>
  [...rule.limits].map(([limit, place]) => {
    const way = {
      too_long: rule.tooLong,
      unstorable_characters: rule.room?.unstorable,
      unstorable_date: rule.room?.dates?.unstorable,
    }[limit];
    return {
      key: limitKey(rule, limit),
      kind: 'limits',
      place,
      text: `${rule.field}: ${limit}: ${way ?? ''}`,
    };
  });

/** That ours is re-opened as any update is, has no rule that says so. */
function reopenItems({ inbound }: Contract): readonly CoverageItem[] {
  const policies = reopenPolicies(inbound).filter((policy) => policy !== 'reopen');
  return policies.map((policy) => ({
    key: reopenKey(policy),
    kind: 'reopening',
    place: inbound.place,
    text: `reopen: ${policy}`,
  }));
}

const deletedItems = ({ outbound: { deleted } }: Contract): readonly CoverageItem[] =>
  deleted === null
    ? []
    : [{ key: DELETED_KEY, kind: 'other conditions', place: deleted.place, text: '"deleted" held' }];

const afterClosedItems = ({
  outbound: {
    afterClosed: { byType, place },
  },
}: Contract): readonly CoverageItem[] =>
  Object.values(byType).includes('new-ticket')
    ? [{ key: AFTER_CLOSED_KEY, kind: 'reopening', place, text: 'after_closed: new-ticket' }]
    : [];

const TEXT_LENGTH_MAX = 80;

function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > TEXT_LENGTH_MAX ? `${line.slice(0, TEXT_LENGTH_MAX - 1)}…` : line;
}
