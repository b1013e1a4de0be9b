import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../engine/domain/json.ts';

/** The words of JSON Schema (draft 7) that the rule files' schemas use, with those that editors and the reference read. */
export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  /** Only texts have a choice of words in the rule files. */
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: Json;
  readonly examples?: readonly Json[];
  /** Whole mappings and lists, for the reference: editors would offer a mapping among `examples` as "[object Object]". */
  readonly 'x-examples'?: readonly Json[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const FOLDER = join(import.meta.dirname, '../../schemas');
const ENDING = '.schema.json';

/** In the order of the reference; any other follows by name. */
const FIRST = ['contract', 'itsm'];

/** The schemas of the files that users write: `contract` is schemas/contract.schema.json. */
export function readRuleSchemas(): ReadonlyMap<string, Schema> {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
  const ordered = [...FIRST, ...names.filter((name) => !FIRST.includes(name))];
  return new Map(
    ordered.map((name) => [
      name,
      JSON.parse(readFileSync(join(FOLDER, `${name}${ENDING}`), 'utf8')) as Schema,
    ]),
  );
}

/** The name of the definition that a schema refers to. */
export const definitionName = (schema: Schema): string | null =>
  schema.$ref?.replace(/^#\/definitions\//, '') ?? null;

/** The schema itself, or the definition that it refers to under the words that stand beside the reference. */
export function resolve(schema: Schema, root: Schema): Schema {
  const name = definitionName(schema);
  if (name === null) return schema;
  const definition = root.definitions?.[name];
  if (definition === undefined) throw new Error(`There is no definition ${name}`);
  const own = Object.entries(schema).filter(([word]) => word !== '$ref');
  return { ...resolve(definition, root), ...(Object.fromEntries(own) as Schema) };
}

export const typesOf = (schema: Schema): readonly string[] =>
  schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;

/** What the values of a mapping with free names look like; null where the names are fixed. */
export const valuesOf = (schema: Schema): Schema | null =>
  typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
