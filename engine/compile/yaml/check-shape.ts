import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import contractSchema from '../../../schemas/contract.schema.json' with { type: 'json' };
import itsmSchema from '../../../schemas/itsm.schema.json' with { type: 'json' };
import testsSchema from '../../../schemas/tests.schema.json' with { type: 'json' };
import { isJsonObject } from '../../domain/json.ts';
import { CODES } from '../codes.ts';
import { suggestion } from './did-you-mean.ts';
import type { Report, Spot } from '../report.ts';
import { plain, type WrittenMap, type WrittenNode } from './written.ts';

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
});
// Words for editors (what to say instead of showing a pattern, of each allowed value, what to insert) and for the reference.
ajv.addVocabulary(['patternErrorMessage', 'enumDescriptions', 'defaultSnippets', 'x-examples']);

const SCHEMAS = {
  contract: ajv.compile(contractSchema),
  itsm: ajv.compile(itsmSchema),
  tests: ajv.compile(testsSchema),
} as const;

/** Reports where a file does not have the shape that its JSON Schema asks for. */
export function checkShape(root: WrittenMap, schema: keyof typeof SCHEMAS, report: Report): void {
  const validate: ValidateFunction = SCHEMAS[schema];
  if (validate(plain(root))) return;
  for (const error of validate.errors ?? []) tell(root, error, report);
}

interface Target {
  readonly node: WrittenNode;
  /** The key that the node stands under; the node itself at the top and in lists. */
  readonly key: Spot;
  /** `bridge.poll`, `outbound.triggers[2].name`; empty at the top. */
  readonly path: string;
}

function tell(root: WrittenMap, error: ErrorObject, report: Report): void {
  const target = find(root, error.instancePath);
  const what = target.path === '' ? 'The file' : `"${target.path}"`;
  const parameters: Readonly<Record<string, unknown>> = error.params;
  const schema: unknown = error.parentSchema;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(parameters.additionalProperty);
      const allowed =
        isJsonObject(schema) && isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
      const at = target.node.kind === 'map' ? (target.node.entries.get(key)?.key ?? target.key) : target.key;
      const where = target.path === '' ? 'at the top of the file' : `in ${what}`;
      report.add(CODES.unknownKey, at, `There is no key "${key}" ${where}.`, suggestion(key, allowed));
      return;
    }
    case 'required':
    case 'dependencies': {
      const key = String(parameters.missingProperty);
      const because =
        error.keyword === 'dependencies' ? `, which goes with "${String(parameters.property)}"` : '';
      report.add(
        CODES.missingKey,
        target.key,
        `${what} lacks the key "${key}"${because}.`,
        describe(schema, key),
      );
      return;
    }
    case 'type':
      report.add(
        CODES.wrongType,
        target.node,
        typeMessage(what, target.node, parameters.type),
        typeHint(target.node, parameters.type),
      );
      return;
    case 'enum': {
      const allowed = Array.isArray(parameters.allowedValues) ? parameters.allowedValues.map(String) : [];
      const written = target.node.kind === 'scalar' ? target.node.text : '';
      report.add(
        CODES.notAllowed,
        target.node,
        `${what} cannot be "${written}".`,
        suggestion(written, allowed, 'allowed'),
      );
      return;
    }
    case 'if':
    case 'propertyNames':
      // The error within has been told already.
      return;
    default: {
      const inName = typeof error.propertyName === 'string' ? error.propertyName : null;
      const key =
        inName !== null && target.node.kind === 'map' ? target.node.entries.get(inName)?.key : undefined;
      const subject = inName === null ? what : `The name "${inName}"`;
      report.add(CODES.malformed, key ?? target.node, `${subject} ${malformed(error)}.`, hintOf(schema));
    }
  }
}

function find(root: WrittenMap, pointer: string): Target {
  let target: Target = { node: root, key: root, path: '' };
  for (const escaped of pointer.split('/').slice(1)) {
    const segment = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const { node, path } = target;
    if (node.kind === 'list') {
      const item = node.items[Number(segment)];
      if (item !== undefined) target = { node: item, key: item, path: `${path}[${segment}]` };
    } else if (node.kind === 'map') {
      const entry = node.entries.get(segment);
      if (entry !== undefined)
        target = { node: entry.value, key: entry.key, path: path === '' ? segment : `${path}.${segment}` };
    }
  }
  return target;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['null', 'nothing'],
  ['object', 'a mapping of keys to values'],
  ['array', 'a list'],
]);

function kindOf(node: WrittenNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'object' : 'array';
  return node.value === null ? 'null' : typeof node.value;
}

const wantedTypes = (type: unknown): readonly string[] =>
  Array.isArray(type) ? type.map(String) : String(type).split(',');

function typeMessage(what: string, node: WrittenNode, type: unknown): string {
  const kinds = wantedTypes(type).map((name) => KINDS.get(name) ?? name);
  const kind = kindOf(node);
  const found = kind === 'boolean' && node.kind === 'scalar' ? node.text : (KINDS.get(kind) ?? kind);
  return kind === 'null'
    ? `${what} is empty; it must be ${kinds.join(' or ')}.`
    : `${what} must be ${kinds.join(' or ')}, not ${found}.`;
}

function typeHint(node: WrittenNode, type: unknown): string | null {
  if (node.kind !== 'scalar' || node.value === null || !wantedTypes(type).includes('string')) return null;
  return `Put it in quotes: "${node.text}".`;
}

/** What is wrong, to follow the name of the value. */
function malformed(error: ErrorObject): string {
  const parameters: Readonly<Record<string, unknown>> = error.params;
  const limit = String(parameters.limit);
  switch (error.keyword) {
    case 'minLength':
      return 'is an empty text';
    case 'maxLength':
      return `is longer than ${limit} characters`;
    case 'minItems':
      return `has too few items: at least ${limit}`;
    case 'minProperties':
      return `has too few entries: at least ${limit}`;
    case 'maxItems':
      return `has too many items: at most ${limit}`;
    case 'maxProperties':
      return `has too many entries: at most ${limit}`;
    case 'minimum':
      return `is too small: at least ${limit}`;
    case 'maximum':
      return `is too large: at most ${limit}`;
    default:
      return 'is not written as it should be';
  }
}

function hintOf(schema: unknown): string | null {
  if (!isJsonObject(schema)) return null;
  const { patternErrorMessage, description } = schema;
  if (typeof patternErrorMessage === 'string') return patternErrorMessage;
  return typeof description === 'string' ? description : null;
}

/** The description of a key, from the schema of the mapping that lacks it. */
function describe(schema: unknown, key: string): string | null {
  const properties = isJsonObject(schema) ? schema.properties : undefined;
  const property = isJsonObject(properties) ? properties[key] : undefined;
  const description = isJsonObject(property) ? property.description : undefined;
  return typeof description === 'string' ? description : null;
}
