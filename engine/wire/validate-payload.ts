import type { ErrorObject, ValidateFunction } from 'ajv';
import approvalSchema from '../../schemas/bridge/approval.schema.json' with { type: 'json' };
import createSchema from '../../schemas/bridge/create.schema.json' with { type: 'json' };
import fieldsSchema from '../../schemas/bridge/fields.schema.json' with { type: 'json' };
import notesSchema from '../../schemas/bridge/notes.schema.json' with { type: 'json' };
import returnNumberSchema from '../../schemas/bridge/return-number.schema.json' with { type: 'json' };
import updateSchema from '../../schemas/bridge/update.schema.json' with { type: 'json' };
import type { Json, JsonObject } from '../domain/json.ts';
import type { BridgeRequest } from './exchange.ts';
import { excerpt } from './excerpt.ts';
import { preparedCheck, type WrittenField } from './prepared-check.ts';
import { fieldPath, schemaReader } from './schema-reader.ts';

/** Why the provider would refuse a request, or take it and lose a part. */
export interface PayloadFault {
  /** As the payload names it: `description`, `comments[2].body`; `payload` for the whole. */
  readonly field: string;
  /** What is allowed and what was found, in words. */
  readonly limit: string;
  /** The beginning of the value, on one line. */
  readonly value: string;
}

const reader = schemaReader();
reader.addSchema(fieldsSchema);
const CREATE = checkOf(createSchema);
const UPDATE = checkOf(updateSchema);
const NOTES = checkOf(notesSchema);
const RETURN_NUMBER = checkOf(returnNumberSchema);
const APPROVAL = checkOf(approvalSchema);

interface Check {
  readonly passes: (body: JsonObject | undefined) => boolean;
  /** Says what is wrong with a body that does not pass. */
  readonly schema: ValidateFunction;
}

function checkOf(written: { readonly properties: { readonly payload: WrittenField } }): Check {
  const schema = reader.compile(written);
  return { passes: preparedCheck(schema, written.properties.payload, fieldsSchema.definitions), schema };
}

const EITHER_PRIORITY = 'either priority alone, or impact and urgency together';

/**
 * What is wrong with a request by the provider's documented limits; nothing: it may be sent. Lengths are those of the
 * escaped text, which is on the wire and is the longer one.
 */
export function validateRequest(request: BridgeRequest): readonly PayloadFault[] {
  const faults = segmentFaults(request.path);
  const check = checkFor(request);
  if (check === 'no body') return faults;
  if (check === 'unknown') {
    return [
      { field: 'path', limit: 'a call that the bridge knows', value: `${request.method} ${request.path}` },
    ];
  }
  if (check.passes(request.body)) return faults;
  return [...faults, ...(check.schema.errors ?? []).filter(isTelling).map(readFault)];
}

function checkFor({ method, path }: BridgeRequest): Check | 'no body' | 'unknown' {
  if (path === 'queue') return method === 'GET' ? 'no body' : 'unknown';
  if (path.startsWith('queue/'))
    return method === 'DELETE' && !path.includes('/', 'queue/'.length) ? 'no body' : 'unknown';
  if (path === 'tickets') return method === 'POST' ? CREATE : 'unknown';
  if (!path.startsWith('tickets/')) return 'unknown';
  const numberEnd = path.indexOf('/', 'tickets/'.length);
  if (numberEnd === -1) return method === 'PUT' ? UPDATE : 'unknown';
  switch (path.slice(numberEnd)) {
    case '/notes':
      return method === 'PUT' ? NOTES : 'unknown';
    case '/returnptn':
      return method === 'PUT' ? RETURN_NUMBER : 'unknown';
    case '/approve':
    case '/reject':
      return method === 'PUT' || method === 'POST' ? APPROVAL : 'unknown';
    default:
      return 'unknown';
  }
}

/** A path segment that is empty or made of dots names another address than it seems to. */
const ODD_SEGMENT = /(?:^|\/)\.*(?:\/|$)/;

const segmentFaults = (path: string): readonly PayloadFault[] =>
  ODD_SEGMENT.test(path)
    ? path
        .split('/')
        .filter((segment) => /^\.*$/.test(segment))
        .map((value) => ({ field: 'path', limit: 'a ticket number or a receipt handle', value }))
    : [];

/** Leaves out what ajv says besides: the branches of a choice, and that an `if` led to a `then`. */
const isTelling = (error: ErrorObject): boolean =>
  error.keyword !== 'if' && !/\/(?:oneOf|not)\//.test(error.schemaPath);

function readFault(error: ErrorObject): PayloadFault {
  const at = fieldPath(error.instancePath).replace(/^payload(?:\.|$)/, '');
  const value = excerpt(error.data as Json | undefined);
  const inside = (field: string): string => (at === '' ? field : `${at}.${field}`);
  switch (error.keyword) {
    case 'required':
      return {
        field: inside(parameter(error, 'missingProperty')),
        limit: error.schemaPath.includes('/then/') ? 'required to resolve or close a ticket' : 'required',
        value: 'nothing',
      };
    case 'additionalProperties': {
      const field = parameter(error, 'additionalProperty');
      return {
        field: inside(field),
        limit: 'not a field of this call, the provider would ignore it',
        value: excerpt((error.data as Record<string, Json>)[field]),
      };
    }
    case 'maxLength':
      return {
        field: at,
        limit: `at most ${parameter(error, 'limit')} characters, this has ${String(error.data).length} once escaped`,
        value,
      };
    case 'minLength':
      return { field: at, limit: 'must not be empty', value };
    case 'enum':
      return { field: at, limit: `one of ${(error.schema as readonly string[]).join(', ')}`, value };
    case 'pattern':
      return {
        field: at,
        limit: 'newlines, tabs, double quotes and backslashes must be escaped twice',
        value,
      };
    case 'oneOf':
    case 'not':
      return { field: 'priority', limit: EITHER_PRIORITY, value };
    case 'false schema':
      return {
        field: at,
        limit: 'travels in an update of its own, before the one that resolves or closes',
        value,
      };
    case 'minProperties':
      return { field: 'payload', limit: 'at least one field besides the identity', value };
    default:
      return { field: at === '' ? 'payload' : at, limit: error.message ?? error.keyword, value };
  }
}

const parameter = (error: ErrorObject, name: string): string =>
  String((error.params as Readonly<Record<string, unknown>>)[name]);
