import { isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';

/** A contract with one thing in it altered, or taken away. */
export interface Mutant {
  /** `outbound.fields.priority: altered`. */
  readonly name: string;
  readonly text: string;
}

type Path = readonly (string | number)[];

/** Every field mapping, table entry, condition, fallback and policy of a contract.yaml, one at a time. */
export function mutantsOf(text: string): readonly Mutant[] {
  const original = parseDocument(text);
  return changesOf(original).map(({ path, how, change }) => {
    const document = original.clone() as Document;
    change(document);
    return { name: `${path.join('.')}: ${how}`, text: document.toString({ lineWidth: 0 }) };
  });
}

interface Change {
  readonly path: Path;
  readonly how: string;
  readonly change: (document: Document) => void;
}

const set = (path: Path, how: string, value: unknown): Change => ({
  path,
  how,
  change: (document) => document.setIn(path, value),
});

const remove = (path: Path): Change => ({
  path,
  how: 'taken away',
  change: (document) => document.deleteIn(path),
});

const DECIDED: Path = ['changes', 'approvals', 'decided'];

function changesOf(document: Document): readonly Change[] {
  const fieldMaps: readonly Path[] = [
    ['outbound', 'fields'],
    ['outbound', 'comments', 'fields'],
    ['inbound', 'fields'],
    ['inbound', 'create'],
    ['inbound', 'comments'],
    ['changes', 'fields'],
    ['changes', 'create'],
    ['changes', 'cancelled'],
    ['changes', 'closed'],
    ['changes', 'comments'],
    ['changes', 'sends_comments', 'fields'],
    ['changes', 'approvals', 'fields'],
  ];
  const fields: readonly Path[] = [
    ['outbound', 'ticket_type'],
    ...(document.hasIn(DECIDED)
      ? [
          [...DECIDED, 'by'],
          [...DECIDED, 'comment'],
        ]
      : []),
    ...fieldMaps.flatMap((map) => keysAt(document, map).map((name) => [...map, name])),
  ];
  const conditions: readonly Path[] = [
    ...indexesAt(document, ['outbound', 'triggers']).map((index) => ['outbound', 'triggers', index, 'when']),
    ...indexesAt(document, ['inbound', 'out_of_scope']).map((index) => [
      'inbound',
      'out_of_scope',
      index,
      'when',
    ]),
    ...indexesAt(document, ['errors']).map((index) => ['errors', index, 'when']),
    ['outbound', 'kept_internal', 'when'],
    ['outbound', 'comments', 'when'],
    ...(document.hasIn(DECIDED)
      ? [
          [...DECIDED, 'when'],
          [...DECIDED, 'approve'],
          ['changes', 'sends_comments', 'when'],
        ]
      : []),
  ];
  return [
    ...fields.flatMap((path) => fieldChanges(document, path)),
    ...conditions.flatMap((path) => [set(path, 'always', '1 = 1'), set(path, 'never', '1 = 2')]),
    ...keysAt(document, ['tables']).flatMap((name) => tableChanges(document, ['tables', name])),
    ...keysAt(document, ['outbound', 'kept_internal', 'send']).map((name) =>
      remove(['outbound', 'kept_internal', 'send', name]),
    ),
    ...keysAt(document, ['conflicts']).map((name) =>
      set(
        ['conflicts', name],
        'altered',
        document.getIn(['conflicts', name]) === 'client' ? 'provider' : 'client',
      ),
    ),
    ...['reopen', 'new-ticket', 'comments-only']
      .filter((policy) => policy !== document.getIn(['inbound', 'reopen']))
      .map((policy) => set(['inbound', 'reopen'], policy, policy)),
  ];
}

/** Another value, another fallback, and each appended line away. The altered expression reads the same names. */
function fieldChanges(document: Document, path: Path): readonly Change[] {
  const isShort = isScalar(document.getIn(path, true));
  const value: Path = isShort ? path : [...path, 'value'];
  const append: Path = [...path, 'append'];
  return [
    set(value, 'altered', `(${String(document.getIn(value))}) & '!'`),
    ...(document.hasIn([...path, 'default'])
      ? [set([...path, 'default'], 'altered', otherDefault(document, path))]
      : []),
    ...(document.hasIn([...path, 'optional']) ? [remove([...path, 'optional'])] : []),
    ...keysAt(document, append).map((label) => remove([...append, label])),
  ];
}

/** Another word of the same table, where the default is one; else any. */
function otherDefault(document: Document, path: Path): string | number {
  const own = String(document.getIn([...path, 'default']));
  const table = document.getIn([...path, 'table']);
  const words =
    typeof table === 'string' && path[0] !== 'outbound' ? keysAt(document, ['tables', table]) : [];
  return words.find((word) => word !== own && word !== 'otherwise') ?? `${own}!`;
}

/** Each entry gets the word of another one, and is taken away. */
function tableChanges(document: Document, path: Path): readonly Change[] {
  const words = keysAt(document, path).map((name) => String(document.getIn([...path, name])));
  return keysAt(document, path).flatMap((name) => {
    const own = String(document.getIn([...path, name]));
    const other = words.find((word) => word !== own) ?? `${own}!`;
    return [set([...path, name], `now ${other}`, other), remove([...path, name])];
  });
}

/** As the parser has them: `1` is a number. */
function keysAt(document: Document, path: Path): readonly (string | number)[] {
  const map = document.getIn(path, true);
  if (!isMap(map)) return [];
  return map.items.flatMap(({ key }) => (isScalar<string | number>(key) ? [key.value] : []));
}

function indexesAt(document: Document, path: Path): readonly number[] {
  const list = document.getIn(path, true);
  return isSeq(list) ? list.items.map((_, index) => index) : [];
}
