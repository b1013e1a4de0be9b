import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { CODES, type Code } from '../../engine/compile/codes.ts';
import { compileContract, type CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { itsmFileNamed } from '../../engine/compile/itsm/itsm-file.ts';
import { FILE_LENGTH_MAX } from '../../engine/compile/yaml/read-yaml.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';

/** The file of a contract's folder to begin with. */
export const MAIN_FILE = 'contract.yaml';

/** UTF-8 takes at most three bytes for each UTF-16 character that the compiler counts. */
const FILE_BYTES_MAX = 3 * FILE_LENGTH_MAX;

export type ReadContract =
  | ({ readonly kind: 'read' } & ContractSource)
  /** A file is missing, unreadable, too large, outside of the folder or not text. */
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/**
 * Reads `contract.yaml` and the file named in its `itsm:`. Files are named as the folder is: `rules/acme/itsm.yaml`.
 * A missing ITSM file is left out: the compiler says so at the place that names it.
 */
export async function readContractFolder(folder: string): Promise<ReadContract> {
  const base = path.normalize(folder).replace(/(?<=[^/\\])[/\\]+$/, '');
  const main = shownName(base, MAIN_FILE);
  const files = new Map<string, string>();
  const text = await readText(base, MAIN_FILE);
  if (typeof text !== 'string') return failed(main, text ?? missing(main));
  files.set(main, text);
  const itsm = itsmFileNamed(main, text);
  if (itsm !== null) {
    const itsmText = await readText(base, itsm);
    if (typeof itsmText === 'string') files.set(shownName(base, itsm), itsmText);
    else if (itsmText !== null) return failed(shownName(base, itsm), itsmText);
  }
  return { kind: 'read', files, main };
}

/** Reads and compiles a contract's folder; `files` are the texts that the diagnostics point into. */
export async function loadContract(folder: string): Promise<CompiledContract & ContractSource> {
  const source = await readContractFolder(folder);
  if (source.kind === 'failed') {
    const { place } = source.diagnostic;
    return {
      contract: null,
      diagnostics: [source.diagnostic],
      silenced: [],
      files: new Map(),
      main: place.file,
    };
  }
  return { ...compileContract(source), files: source.files, main: source.main };
}

/** Why a file cannot be used. */
export interface ReadFailure {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
}

const missing = (file: string): ReadFailure => ({
  code: CODES.fileMissing,
  message: `There is no file ${file}.`,
  hint: `A contract is a folder with a ${MAIN_FILE}.`,
});

const failed = (file: string, failure: ReadFailure): ReadContract => ({
  kind: 'failed',
  diagnostic: failureDiagnostic(file, failure),
});

export function failureDiagnostic(file: string, { code, message, hint }: ReadFailure): Diagnostic {
  const place = { file, line: 1, column: 1 };
  return { code: code.code, severity: code.severity, place, length: 1, message, hint };
}

/** A file of a contract as users know it: `rules/acme/itsm.yaml`. */
export const shownName = (folder: string, name: string): string =>
  path.join(folder, name).split(path.sep).join('/');

/** The text of a file of a contract's folder; null if there is no such file. */
export async function readText(folder: string, name: string): Promise<string | ReadFailure | null> {
  const shown = shownName(folder, name);
  let bytes: Buffer;
  try {
    const real = await realpath(path.join(folder, name));
    const inside = path.relative(await realpath(folder), real);
    if (inside.startsWith('..') || path.isAbsolute(inside)) {
      const message = `${shown} is a link that leads out of the contract’s folder.`;
      return { code: CODES.outsideFolder, message, hint: 'Put the file itself into the folder.' };
    }
    bytes = await readAtMost(real, FILE_BYTES_MAX + 1);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return {
      code: CODES.fileMissing,
      message: `${shown} cannot be read: ${code}.`,
      hint: 'It must be a readable file.',
    };
  }
  if (bytes.length > FILE_BYTES_MAX) {
    const hint = `A rule file has at most ${FILE_LENGTH_MAX} characters.`;
    return { code: CODES.fileTooLarge, message: `${shown} is too large.`, hint };
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { code: CODES.badCharacter, message: `${shown} is not UTF-8 text.`, hint: 'Save it as UTF-8.' };
  }
}

class NotAFile extends Error {
  readonly code = 'it is no regular file';
}

/** Reads no more than so many bytes, however large the file is or grows. */
async function readAtMost(file: string, bytesMax: number): Promise<Buffer> {
  // A pipe without a writer would be waited for without O_NONBLOCK; a device has no end.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new NotAFile();
    const buffer = Buffer.alloc(bytesMax);
    let length = 0;
    while (length < bytesMax) {
      const { bytesRead } = await handle.read(buffer, length, bytesMax - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}
