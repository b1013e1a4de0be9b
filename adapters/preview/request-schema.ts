import situationSchema from '../../schemas/preview/situation.schema.json' with { type: 'json' };
import { FILE_LENGTH_MAX } from '../../engine/compile/yaml/read-yaml.ts';
import { EXAMPLES } from './examples.ts';
import type { WrittenSituation } from './situation.ts';

/** Which rules: of a contract on disk, sent with the request, or the one with files of the other over it. */
export interface RulesRequest {
  readonly contract?: string;
  readonly rules?: Readonly<Record<string, string>>;
}

export type PreviewRequest = RulesRequest & WrittenSituation;

const rulesProperties = {
  contract: {
    description:
      'A contract that the server was started with, by the name of its folder (GET /contracts lists them).',
    type: 'string',
    minLength: 1,
    maxLength: 200,
  },
  rules: {
    description:
      'Texts of rule files by name: contract.yaml, and the one that its key itsm names. With contract, they are put over the files on disk.',
    type: 'object',
    minProperties: 1,
    maxProperties: 10,
    propertyNames: { pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$' },
    additionalProperties: { type: 'string', maxLength: FILE_LENGTH_MAX },
  },
} as const;

export const REQUEST_KEYS = [...Object.keys(rulesProperties), ...Object.keys(situationSchema.properties)];

/** The body of POST /preview: rules, and a situation. */
export const previewRequestSchema = {
  title: 'A preview',
  description: 'Rules (contract, rules or both), and a situation (the other keys).',
  type: 'object',
  additionalProperties: false,
  properties: { ...rulesProperties, ...situationSchema.properties },
  'x-examples': EXAMPLES.preview,
} as const;

/** The body of POST /check. */
export const checkRequestSchema = {
  title: 'A check',
  description: 'Rules: contract, rules or both.',
  type: 'object',
  additionalProperties: false,
  properties: rulesProperties,
  'x-examples': EXAMPLES.check,
} as const;
