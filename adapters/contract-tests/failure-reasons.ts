import type { Contract, FieldRule } from '../../engine/domain/contract.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import { differences, type Path } from './differences.ts';
import type { FailedTest } from './play-test.ts';
import { conditionReason, fieldReason } from './rule-reasons.ts';

/** Rules that are explained below a failing test; more would bury the first. */
const REASONS_MAX = 12;

/**
 * Why a test came out as it did: the rule of each field that differs with the values it saw, the conditions that
 * decided where something was sent or written that should not have been (or the other way round), and the engine's own words.
 */
export function failureReasons(contract: Contract, failed: FailedTest): readonly string[] {
  const { comparison, rehearsal, seen } = failed;
  const paths = differences(comparison.expected, comparison.actual);
  const rules = new Set(paths.flatMap((path) => ruleAt(contract, path) ?? []));
  const faulty = allRules(contract).filter((rule) => seen.field(rule)?.from === 'fault');
  const blocks = [
    ...[...new Set([...rules, ...faulty])].map((rule) => fieldReason(rule, seen)),
    ...paths.flatMap((path) => unmapped(contract, path)),
    ...(paths.some(concernsConditions) ? conditions(contract, failed) : []),
  ].filter((block) => block.length > 0);
  return [
    ...blocks.slice(0, REASONS_MAX).flat(),
    ...(blocks.length > REASONS_MAX ? [`and ${blocks.length - REASONS_MAX} more`] : []),
    ...(rehearsal.journal.length === 0 ? ['The journal says nothing.'] : ['The journal says:']),
    ...rehearsal.journal.map(journalLine),
  ];
}

/** The rule that fills the field at this place of the comparison. */
function ruleAt({ outbound, inbound }: Contract, path: Path): FieldRule | null {
  const [part, ...rest] = path.map(String);
  const of = (rules: ReadonlyMap<string, FieldRule> | null | undefined, name = ''): FieldRule | null =>
    rules?.get(name) ?? null;
  switch (part) {
    case 'sends': {
      const [, kind, name, index, inner] = rest;
      if (kind === 'notes') return of(outbound.comments?.fields, index);
      if (name === 'comments') return index === undefined ? null : of(outbound.comments?.fields, inner);
      if (kind === 'create' && name === 'ticketType') return outbound.ticketType;
      if (name === undefined && isEnding(kind)) return of(outbound.fields, 'status');
      return of(outbound.fields, name);
    }
    case 'writes':
      return of(inbound.fields, rest[0]);
    case 'opens':
      return of(inbound.create, rest[0]) ?? of(inbound.fields, rest[0]);
    case 'adds_comments':
      return of(inbound.comments, rest[1]);
    default:
      return null;
  }
}

/** A field that a test expects in a call, and that no rule fills. */
function unmapped(contract: Contract, path: Path): readonly (readonly string[])[] {
  const [part, , kind, name] = path;
  if (
    part !== 'sends' ||
    kind === 'notes' ||
    kind === 'attachment' ||
    typeof name !== 'string' ||
    name === 'comments'
  )
    return [];
  return ruleAt(contract, path) === null ? [[`${name}: the contract maps no such field`]] : [];
}

const isEnding = (kind: string | undefined): boolean =>
  kind === 'resolve' || kind === 'close' || kind === 'cancel';

/** A whole call, or all that is written, is there on one side only; or it is asked what decided. */
function concernsConditions([part, , ...rest]: Path): boolean {
  if (part === 'sends') return rest.length < 2;
  if (part === 'writes' || part === 'opens' || part === 'adds_comments') return rest.length === 0;
  return true;
}

function conditions(
  { outbound, inbound, errors }: Contract,
  { seen }: FailedTest,
): readonly (readonly string[])[] {
  const { keptInternal, comments, attachments } = outbound;
  return [
    ...outbound.triggers.map(({ name, when, place }) =>
      conditionReason(`trigger "${name}"`, when, place, seen),
    ),
    ...(keptInternal === null
      ? []
      : [conditionReason('kept_internal', keptInternal.when, keptInternal.place, seen)]),
    ...(comments === null ? [] : [conditionReason('comments', comments.when, comments.when.place, seen)]),
    ...(attachments === null
      ? []
      : [conditionReason('attachments', attachments.when, attachments.place, seen)]),
    ...inbound.outOfScope.map(({ name, when, place }) =>
      conditionReason(`out_of_scope "${name}"`, when, place, seen),
    ),
    ...errors.map(({ name, when, place }) => conditionReason(`error "${name}"`, when, place, seen)),
  ];
}

const allRules = ({ outbound, inbound }: Contract): readonly FieldRule[] => [
  outbound.ticketType,
  ...outbound.fields.values(),
  ...(outbound.comments?.fields.values() ?? []),
  ...inbound.fields.values(),
  ...inbound.create.values(),
  ...(inbound.comments?.values() ?? []),
];

const journalLine = ({ direction, transaction, outcome, summary, rule }: JournalEntry): string =>
  `  ${direction} ${transaction}: ${outcome}: ${summary}${rule === null ? '' : ` [${rule}]`}`;
