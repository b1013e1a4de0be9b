import ts from 'typescript';
import { resolve, typesOf, valuesOf, type Schema } from '../../scripts/reference/schema.ts';

/** What may be written at one place, as a schema says it, or as a TypeScript type does. */
export interface Shape {
  /** `string`, `number`, `boolean`, `null`, `object`, `array`. */
  readonly kinds: ReadonlySet<string>;
  /** The only texts that are allowed; null for any. */
  readonly words: ReadonlySet<string> | null;
  readonly keys: ReadonlyMap<string, { readonly required: boolean; readonly shape: () => Shape }>;
  /** Under names that are the user's own. */
  readonly values: (() => Shape) | null;
  readonly items: (() => Shape) | null;
}

export function shapeOfSchema(written: Schema, root: Schema): Shape {
  const schema = resolve(written, root);
  const kinds = new Set(typesOf(schema).map((type) => (type === 'integer' ? 'number' : type)));
  const allowed = schema.enum ?? (schema.if?.type === 'string' ? schema.then?.enum : undefined);
  const required = new Set(schema.required);
  const values = valuesOf(schema);
  const items = schema.items;
  return {
    kinds,
    words: allowed === undefined ? null : new Set(allowed.map(String)),
    keys: new Map(
      Object.entries(schema.properties ?? {}).map(([key, property]) => [
        key,
        { required: required.has(key), shape: () => shapeOfSchema(property, root) },
      ]),
    ),
    values: values === null ? null : () => shapeOfSchema(values, root),
    items: items === undefined ? null : () => shapeOfSchema(items, root),
  };
}

export function shapeOfType(type: ts.Type, checker: ts.TypeChecker): Shape {
  const members = type.isUnion() ? type.types : [type];
  const present = members.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
  const texts = present.filter(({ flags }) => (flags & ts.TypeFlags.StringLike) !== 0);
  const objects = present.filter(({ flags }) => kindOf(flags) === 'object');
  const lists = objects.filter((member) => checker.isArrayType(member));
  const maps = objects.filter((member) => !checker.isArrayType(member));
  const literal = texts.filter((member) => member.isStringLiteral());
  const index = maps.flatMap((member) => checker.getIndexTypeOfType(member, ts.IndexKind.String) ?? []);
  const element = lists.flatMap((member) => checker.getIndexTypeOfType(member, ts.IndexKind.Number) ?? []);
  return {
    kinds: new Set([
      ...present.map(({ flags }) => kindOf(flags)).filter((kind) => kind !== 'object'),
      ...(lists.length > 0 ? ['array'] : []),
      ...(maps.length > 0 ? ['object'] : []),
    ]),
    words:
      texts.length > 0 && literal.length === texts.length ? new Set(literal.map(({ value }) => value)) : null,
    keys: new Map(
      maps
        .flatMap((member) => member.getProperties())
        .map((property) => [
          property.name,
          {
            required: (property.flags & ts.SymbolFlags.Optional) === 0,
            shape: () => shapeOfType(checker.getTypeOfSymbol(property), checker),
          },
        ]),
    ),
    values: thunk(index[0], checker),
    items: thunk(element[0], checker),
  };
}

const thunk = (type: ts.Type | undefined, checker: ts.TypeChecker): (() => Shape) | null =>
  type === undefined ? null : () => shapeOfType(type, checker);

function kindOf(flags: ts.TypeFlags): string {
  if ((flags & ts.TypeFlags.StringLike) !== 0) return 'string';
  if ((flags & ts.TypeFlags.NumberLike) !== 0) return 'number';
  if ((flags & ts.TypeFlags.BooleanLike) !== 0) return 'boolean';
  if ((flags & ts.TypeFlags.Null) !== 0) return 'null';
  if ((flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0) return 'object';
  throw new Error(`What a user writes cannot be ${ts.TypeFlags[flags]}`);
}

/** Where a schema and a type differ, each as one sentence with the place. Both directions. */
export function differences(
  schema: Shape,
  type: Shape,
  names: { readonly schema: string; readonly type: string },
) {
  const found: string[] = [];
  compare(schema, type, '', { ...names, say: (words) => found.push(words) });
  return found;
}

interface Comparison {
  readonly schema: string;
  readonly type: string;
  readonly say: (words: string) => void;
}

function compare(schema: Shape, type: Shape, path: string, by: Comparison): void {
  const where = path === '' ? 'the file' : path;
  const listed = (words: ReadonlySet<string> | null): string =>
    words === null ? 'any text' : [...words].sort().join(', ');
  if (listed(schema.kinds) !== listed(type.kinds))
    by.say(`${where}: ${by.schema} says ${listed(schema.kinds)}, ${by.type} says ${listed(type.kinds)}`);
  if (schema.kinds.has('string') && listed(schema.words) !== listed(type.words))
    by.say(`${where}: ${by.schema} allows ${listed(schema.words)}, ${by.type} allows ${listed(type.words)}`);
  compareInner(schema.items, type.items, `${path}[]`, by);
  compareInner(schema.values, type.values, `${path}.*`, by);
  for (const key of new Set([...schema.keys.keys(), ...type.keys.keys()])) {
    const inner = path === '' ? key : `${path}.${key}`;
    const [inSchema, inType] = [schema.keys.get(key), type.keys.get(key)];
    if (inSchema === undefined) by.say(`${inner}: missing in ${by.schema}, ${by.type} has it`);
    // A name that the schema knows among those that are the user's own, such as `otherwise`.
    else if (inType === undefined && type.values !== null)
      compare(inSchema.shape(), type.values(), inner, by);
    else if (inType === undefined) by.say(`${inner}: missing in ${by.type}, ${by.schema} has it`);
    else {
      const word = (required: boolean): string => (required ? 'required' : 'optional');
      if (inSchema.required !== inType.required)
        by.say(
          `${inner}: ${word(inSchema.required)} in ${by.schema}, ${word(inType.required)} in ${by.type}`,
        );
      compare(inSchema.shape(), inType.shape(), inner, by);
    }
  }
}

function compareInner(
  schema: (() => Shape) | null,
  type: (() => Shape) | null,
  path: string,
  by: Comparison,
): void {
  if (schema !== null && type !== null) compare(schema(), type(), path, by);
  else if (schema !== null) by.say(`${path}: missing in ${by.type}, ${by.schema} has it`);
  else if (type !== null) by.say(`${path}: missing in ${by.schema}, ${by.type} has it`);
}
