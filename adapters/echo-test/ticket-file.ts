import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { suggestion } from '../../engine/compile/yaml/did-you-mean.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { isJsonObject, type JsonObject } from '../../engine/domain/json.ts';
import { mistakeText } from '../preview/check-situation.ts';
import { readTicket, readTicketFields } from '../preview/read-ticket.ts';
import type { Mistake } from '../preview/situation.ts';
import type { WrittenSteps } from './steps.ts';

/** A test ticket out of a file, in the names of itsm.yaml. What it leaves out is made up. */
export interface TicketFile {
  readonly ticket: JsonObject | null;
  readonly steps: WrittenSteps;
}

export const NOTHING_WRITTEN: TicketFile = {
  ticket: null,
  steps: { update: null, comment: null, file: null, resolve: null, reopen: null, close: null },
};

const KEYS = ['ticket', 'update', 'comment', 'file', 'resolve', 'reopen', 'close'] as const;
const FILE_LENGTH_MAX = 100_000;

/**
 * `ticket`: its fields when it is opened; `update`, `resolve`, `reopen`, `close`: the fields that are edited then; `comment`: the fields of
 * each comment but its text; `file`: the fields of the file besides its name, type and size. Returns what is wrong as lines for people.
 */
export async function readTicketFile(
  contract: Contract,
  file: string,
): Promise<TicketFile | readonly string[]> {
  let written: unknown;
  try {
    const text = await readFile(file, 'utf8');
    if (text.length > FILE_LENGTH_MAX) return [`${file} is longer than ${FILE_LENGTH_MAX} characters.`];
    written = parse(text, { prettyErrors: true });
  } catch (error) {
    if (error instanceof YAMLParseError || error instanceof ReferenceError)
      return [`${file} is neither YAML nor JSON: ${error.message}`];
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [`${file} cannot be read: ${code}.`];
  }
  if (!isJsonObject(written ?? null)) return [`${file}: it must be a map with ${KEYS.join(', ')}.`];
  const mistakes: Mistake[] = [];
  const parts = written as JsonObject;
  for (const [name, value] of Object.entries(parts)) {
    if (!KEYS.some((key) => key === name))
      mistakes.push({ at: name, message: `is not known. ${suggestion(name, KEYS)}` });
    else if (!isJsonObject(value)) mistakes.push({ at: name, message: 'must be a map of fields' });
  }
  const part = (name: (typeof KEYS)[number]): JsonObject | null => {
    const value = parts[name] ?? null;
    return isJsonObject(value) ? value : null;
  };
  const fieldsOf = (name: 'ticket' | 'update' | 'resolve' | 'reopen' | 'close'): JsonObject | null => {
    const given = part(name);
    return given === null ? null : readTicketFields(contract.itsm, given, name, mistakes);
  };
  const comment = part('comment');
  const attached = part('file');
  const read: TicketFile = {
    ticket: fieldsOf('ticket'),
    steps: {
      update: fieldsOf('update'),
      comment: comment === null ? null : commentFields(contract, comment, mistakes),
      file: attached === null ? null : fileFields(contract, attached, mistakes),
      resolve: fieldsOf('resolve'),
      reopen: fieldsOf('reopen'),
      close: fieldsOf('close'),
    },
  };
  return mistakes.length === 0 ? read : mistakes.map((mistake) => `${file}: ${mistakeText(mistake)}`);
}

function commentFields({ itsm }: Contract, given: JsonObject, mistakes: Mistake[]): JsonObject {
  const own: Mistake[] = [];
  const { comments } = readTicket(itsm, {}, { comments: [given] }, own);
  mistakes.push(...own.map(({ at, message }) => ({ at: at.replace(/^comments\[0\]/, 'comment'), message })));
  return comments[0]?.fields ?? {};
}

function fileFields({ itsm }: Contract, given: JsonObject, mistakes: Mistake[]): JsonObject {
  const own: Mistake[] = [];
  const { attachments = [] } = readTicket(itsm, {}, { attachments: [given] }, own);
  mistakes.push(...own.map(({ at, message }) => ({ at: at.replace(/^attachments\[0\]/, 'file'), message })));
  for (const name of ['key', 'name', 'content_type', 'size'])
    if (name in given) mistakes.push({ at: `file.${name}`, message: "is the test's own: take it out" });
  return attachments[0]?.fields ?? {};
}
