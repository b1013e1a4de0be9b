import { Ajv, type ErrorObject } from 'ajv';
import situationSchema from '../../schemas/preview/situation.schema.json' with { type: 'json' };
import { suggestion } from '../../engine/compile/yaml/did-you-mean.ts';
import type { Json } from '../../engine/domain/json.ts';
import { excerpt } from '../../engine/wire/excerpt.ts';
import { fieldPath } from '../../engine/wire/schema-reader.ts';
import type { Mistake, WrittenSituation } from './situation.ts';

const KNOWN = Object.keys(situationSchema.properties);

// The first mistake only: all of them could be as many as a body has characters.
const validate = new Ajv({ verbose: true, allErrors: false, strictTypes: false }).compile<WrittenSituation>(
  situationSchema,
);

/** A situation out of a file or a request, or what is wrong with its shape. Its names are not looked at yet. */
export function checkSituation(
  value: unknown,
):
  | { readonly kind: 'situation'; readonly situation: WrittenSituation }
  | { readonly kind: 'mistake'; readonly mistake: Mistake } {
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    return { kind: 'mistake', mistake: mistakeOf(error, KNOWN) };
  }
  const mistake = situationContradiction(value);
  return mistake === null ? { kind: 'situation', situation: value } : { kind: 'mistake', mistake };
}

/** What the schema cannot say in words that people understand. */
export function situationContradiction(written: WrittenSituation): Mistake | null {
  const { ticket: ours, change, approvals, ticket_number: number, comments, agreed, receives = [] } = written;
  if (ours !== undefined && change !== undefined) {
    return { at: 'change', message: 'is one way to begin, ticket is another: take one' };
  }
  if (approvals !== undefined && change === undefined) {
    return { at: 'approvals', message: 'belong to a change, and there is none' };
  }
  const ticket = ours ?? change;
  if (ticket === undefined && number === undefined && receives.length === 0) {
    return {
      at: '',
      message: 'says neither a ticket, nor a ticket_number, nor a change, nor what is received (receives)',
    };
  }
  if (ticket !== undefined && number !== undefined) {
    return { at: 'ticket_number', message: 'is one way to say the ticket, ticket is the other: take one' };
  }
  if (ticket === undefined && comments !== undefined) {
    return { at: 'comments', message: 'belong to a ticket, and there is none' };
  }
  if (ticket === undefined && agreed !== undefined) {
    const message =
      number === undefined
        ? 'is about a ticket, and there is none'
        : "cannot be said of a live ticket: the engine's tables say it";
    return { at: 'agreed', message };
  }
  return null;
}

/** What ajv found, in the words of a person who wrote JSON or YAML. `known` are the names allowed at the top. */
export function mistakeOf(error: ErrorObject | undefined, known: readonly string[]): Mistake {
  if (error === undefined) return { at: '', message: 'is not what is expected here' };
  const at = fieldPath(error.instancePath);
  const found = excerpt(error.data as Json | undefined);
  const parameter = (name: string): string => String((error.params as Record<string, unknown>)[name]);
  switch (error.keyword) {
    case 'required':
      return { at, message: `lacks ${parameter('missingProperty')}` };
    case 'additionalProperties': {
      const name = parameter('additionalProperty');
      const allowed = at === '' ? known : Object.keys((error.parentSchema?.properties ?? {}) as object);
      return {
        at: at === '' ? name : `${at}.${name}`,
        message: `is not known. ${suggestion(name, allowed)}`,
      };
    }
    case 'type':
      return { at, message: `must be ${TYPES[parameter('type')] ?? parameter('type')}, not ${found}` };
    case 'enum':
      return {
        at,
        message: `must be one of ${(error.schema as readonly string[]).join(', ')}, not ${found}`,
      };
    default:
      return { at, message: `${error.message ?? error.keyword}, and is ${found}` };
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  'string,number': 'a text or a number',
  'string,null': 'a text',
};

export const mistakeText = ({ at, message }: Mistake): string => (at === '' ? message : `${at}: ${message}`);
