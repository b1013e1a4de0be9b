import type { ValidateFunction } from 'ajv';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { isFreeText } from './free-text.ts';
import { ESCAPED } from './schema-reader.ts';

/** What a schema of schemas/bridge/ says of one field, as far as it is read here. */
export interface WrittenField {
  readonly type?: string;
  readonly $ref?: string;
  readonly allOf?: readonly WrittenField[];
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: WrittenField;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, WrittenField>>;
}

/** The definitions that the schemas refer to, by their names. */
type Definitions = Readonly<Record<string, WrittenField>>;

interface Field {
  /** Null: it is a list. */
  readonly text: TextLimits | null;
  readonly list: ListLimits | null;
  /** Added to a payload's shape as often as the choice says. */
  readonly weight: number;
}

interface TextLimits {
  readonly lengthMax: number;
  /** The number of each word, from one on; null: any text. */
  readonly words: ReadonlyMap<string, number> | null;
  readonly isEscaped: boolean;
}

/** Of the objects in it. */
interface ListLimits {
  readonly required: readonly string[];
  readonly texts: ReadonlyMap<string, TextLimits>;
}

/**
 * Whether the schema passes a body, in less time than it takes to ask. Each text is held against its own limits, prepared
 * from the schema; which fields may stand beside each other depends on nothing but which there are and which words are chosen
 * in them, and is asked of the schema once for each such shape. Whatever is not surely right is asked of it every time.
 */
export function preparedCheck(
  schema: ValidateFunction,
  payload: WrittenField,
  definitions: Definitions,
): (body: JsonObject | undefined) => boolean {
  const fields = fieldsOf(payload, definitions);
  const passed = new Set<number>();
  return (body) => {
    const shape = shapeOf(fields, body);
    if (shape !== null && passed.has(shape)) return true;
    const isPassed = schema(body);
    if (isPassed && shape !== null) passed.add(shape);
    return isPassed;
  };
}

/** Tells which fields a payload has, and which words; null: something in it is not surely right. */
function shapeOf(fields: ReadonlyMap<string, Field>, body: JsonObject | undefined): number | null {
  for (const name in body) if (name !== 'payload') return null;
  const payload = body?.payload as JsonObject | undefined;
  let shape = 0;
  for (const name in payload) {
    const field = fields.get(name);
    if (field === undefined) return null;
    const value = payload[name];
    const choice =
      field.text !== null ? choiceOf(field.text, value) : isSureList(field.list, value) ? 1 : null;
    if (choice === null) return null;
    shape += field.weight * choice;
  }
  return shape;
}

/** Of words from one on in their order, of any other text one; null: it is not surely right. */
function choiceOf({ lengthMax, words, isEscaped }: TextLimits, value: Json | undefined): number | null {
  if (typeof value !== 'string') return null;
  if (words !== null) return words.get(value) ?? null;
  return value !== '' && value.length <= lengthMax && (!isEscaped || isFreeText(value)) ? 1 : null;
}

function isSureList(limits: ListLimits | null, value: Json | undefined): boolean {
  if (limits === null || !Array.isArray(value) || value.length === 0) return false;
  return (value as readonly Json[]).every((item) => isJsonObject(item) && isSureItem(limits, item));
}

function isSureItem({ required, texts }: ListLimits, item: JsonObject): boolean {
  for (const name of required) if (item[name] === undefined) return false;
  for (const name in item) {
    const limits = texts.get(name);
    if (limits === undefined || choiceOf(limits, item[name]) === null) return false;
  }
  return true;
}

function fieldsOf(payload: WrittenField, definitions: Definitions): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  let weight = 1;
  for (const [name, field] of Object.entries(payload.properties ?? {})) {
    const written = resolved(field, definitions);
    const text = textLimitsOf(written);
    const list = written.items === undefined ? null : listLimitsOf(resolved(written.items, definitions));
    if (text === null && list === null) continue;
    fields.set(name, { text, list, weight });
    weight *= 1 + (text?.words?.size ?? 1);
  }
  return fields;
}

function listLimitsOf({ required = [], properties = {} }: WrittenField): ListLimits {
  const texts = Object.entries(properties).flatMap(([name, field]) => {
    const limits = textLimitsOf(field);
    return limits === null ? [] : [[name, limits] as const];
  });
  return { required, texts: new Map(texts) };
}

/** Null: no text, or one that only the schema can tell. */
function textLimitsOf({ type, pattern, maxLength = Infinity, enum: words }: WrittenField): TextLimits | null {
  if (type !== 'string' || (pattern !== undefined && pattern !== ESCAPED)) return null;
  return {
    lengthMax: maxLength,
    words: words === undefined ? null : new Map(words.map((word, index) => [word, index + 1])),
    isEscaped: pattern === ESCAPED,
  };
}

/** With what it refers to. */
function resolved(field: WrittenField, definitions: Definitions): WrittenField {
  const { $ref, allOf = [] } = field;
  const name = ($ref ?? '').replace(/^.*#\/definitions\//, '');
  const parts = [...allOf.map((part) => resolved(part, definitions)), definitions[name] ?? {}, field];
  return Object.assign({}, ...parts) as WrittenField;
}
