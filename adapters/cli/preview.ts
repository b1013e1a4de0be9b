import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { parse, YAMLParseError } from 'yaml';
import type { Clock } from '../../engine/runtime/ports.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { checkSituation, mistakeText } from '../preview/check-situation.ts';
import { REQUEST_BYTES_MAX } from '../preview/limits.ts';
import { liveTicketOf } from '../preview/live-ticket-of.ts';
import { previewedContract } from '../preview/compiled-contracts.ts';
import { makePreview } from '../preview/make-preview.ts';
import type { Preview } from '../preview/preview.ts';
import { previewText } from '../preview/preview-text.ts';
import { RequestProblem, type ProblemCode } from '../preview/problem.ts';
import type { WrittenSituation } from '../preview/situation.ts';
import { readContractFolder } from '../rules/read-contract-folder.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { diagnosticText } from '../terminal/print-diagnostics.ts';
import { areFolders } from './contract-folders.ts';

export const PREVIEW_FORMATS = ['text', 'json'] as const;

export interface PreviewOptions {
  /** A ticket of the live database, by its number. */
  readonly ticket: string | null;
  /** A file with a situation, `-` for standard input. */
  readonly file: string | null;
  readonly format: (typeof PREVIEW_FORMATS)[number];
  readonly color: boolean;
  readonly environment: Environment;
  readonly clock: Pick<Clock, 'now'>;
  readonly input: NodeJS.ReadableStream;
  /** Where is said what is wrong, so that a document stays whole. */
  readonly complaints: Output;
}

/**
 * `bridgehead preview FOLDER (--ticket NUMBER | --file FILE)`: what would happen, and why. Performs nothing. Resolves to
 * the exit code: 0; 1 the rules have errors, there is no such ticket, or the ticket would be parked or the contract
 * stopped; 2 called wrongly; 3 a setting is missing.
 * @throws DatabaseMisconfigured, DatabaseUnavailable
 */
export async function previewContract(
  folder: string,
  out: Output,
  options: PreviewOptions,
): Promise<ExitCode> {
  const { complaints, color } = options;
  if (!(await areFolders([folder], complaints))) return EXIT.usage;
  const situation = await situationOf(options);
  if (typeof situation === 'string') {
    complaints.write(`${situation}\n`);
    return EXIT.usage;
  }
  const source = await readContractFolder(folder);
  if (source.kind === 'failed') {
    complaints.write(`${diagnosticText(source.diagnostic, new Map(), { color })}\n`);
    return EXIT.problems;
  }
  const contract = previewedContract(source);
  try {
    const live =
      situation.ticket_number === undefined
        ? null
        : await liveTicketOf(contract, options.environment, situation.ticket_number);
    const previewed = await makePreview(contract, situation, live, options.clock.now());
    switch (previewed.kind) {
      case 'preview':
        out.write(printed(previewed.preview, options));
        return isTrouble(previewed.preview) ? EXIT.problems : EXIT.ok;
      case 'rules-have-errors':
        for (const diagnostic of previewed.diagnostics) {
          complaints.write(`${diagnosticText(diagnostic, source.files, { color })}\n\n`);
        }
        return EXIT.problems;
      case 'mistakes':
        for (const mistake of previewed.mistakes) {
          complaints.write(`${options.file ?? 'situation'}: ${mistakeText(mistake)}\n`);
        }
        return EXIT.usage;
    }
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    const { code, message, help, diagnostics = [] } = error.problem;
    for (const diagnostic of diagnostics) {
      complaints.write(`${diagnosticText(diagnostic, source.files, { color })}\n\n`);
    }
    complaints.write(`${message}\n${help}\n`);
    return CODES[code] ?? EXIT.problems;
  }
}

const CODES: { readonly [code in ProblemCode]?: ExitCode } = { 'settings-missing': EXIT.cannotRun };

const printed = (preview: Preview, { format, color }: PreviewOptions): string =>
  format === 'json' ? `${JSON.stringify(preview, null, 2)}\n` : previewText(preview, { color });

const isTrouble = ({ end }: Preview): boolean => end.kind === 'parked' || end.kind === 'stopped';

/** The situation, or what is wrong with the call. */
async function situationOf({ ticket, file, input }: PreviewOptions): Promise<WrittenSituation | string> {
  const named = ticket === null ? {} : { ticket_number: ticket };
  if (file === null) {
    return ticket === null
      ? 'Name what is to be previewed: --ticket NUMBER or --file FILE (- for standard input).'
      : named;
  }
  let text: string;
  try {
    text = file === '-' ? await readStream(input) : await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `${file} cannot be read: ${code}.`;
  }
  if (text.length > REQUEST_BYTES_MAX) return `${file} is larger than ${REQUEST_BYTES_MAX} bytes.`;
  try {
    const written: unknown = parse(text, { prettyErrors: true });
    const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
    const checked = checkSituation(isObject ? { ...written, ...named } : written);
    return checked.kind === 'situation' ? checked.situation : `${file}: ${mistakeText(checked.mistake)}`;
  } catch (error) {
    if (error instanceof YAMLParseError || error instanceof ReferenceError) {
      return `${file} is neither YAML nor JSON: ${error.message}`;
    }
    throw error;
  }
}
