import { explainContract } from '../explain/explain-contract.ts';
import { markdownPage } from '../explain/markdown-page.ts';
import { textPage } from '../explain/text-page.ts';
import { rulesHash } from '../rules/rules-version.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { soundContract } from './sound-contract.ts';

/** For a terminal, or for a review. */
export const EXPLAIN_FORMATS = ['text', 'markdown'] as const;
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];

export interface ExplainOptions {
  readonly format: ExplainFormat;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where it is told that the contract has mistakes, so that the page stays a page. */
  readonly complaints: Output;
}

/** `bridgehead explain FOLDER`: the contract as a page for people who do not program. */
export async function runExplain(folder: string, out: Output, options: ExplainOptions): Promise<ExitCode> {
  const sound = await soundContract(folder, options.complaints);
  if (sound.contract === null) return sound.exit;
  const { contract, files, main } = sound;
  const page = explainContract(contract, rulesHash({ files, main }));
  out.write(options.format === 'markdown' ? markdownPage(page) : textPage(page, options));
  return EXIT.ok;
}
