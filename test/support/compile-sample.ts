import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a sample's files say otherwise: a part of the text, and what stands in its place. */
export interface Rewritten {
  readonly contract?: readonly (readonly [string, string])[];
  readonly itsm?: readonly (readonly [string, string])[];
}

/** A sample's rules as they are in rules/, as far as they are not written otherwise. */
export async function compileSample(
  client: SampleItsm,
  rewritten: Rewritten = {},
): Promise<{ readonly contract: Contract; readonly files: ReadonlyMap<string, string> }> {
  const folder = `rules/${client}`;
  const main = `${folder}/contract.yaml`;
  const files = new Map([
    [main, await written(main, rewritten.contract)],
    [`${folder}/itsm.yaml`, await written(`${folder}/itsm.yaml`, rewritten.itsm)],
  ]);
  const { contract, diagnostics } = compileContract({ files, main });
  if (contract === null)
    throw new Error(`the rules themselves do not compile: ${JSON.stringify(diagnostics)}`);
  return { contract, files };
}

async function written(file: string, otherwise: Rewritten['itsm'] = []): Promise<string> {
  let text = await readFile(join(ROOT, file), 'utf8');
  for (const [part, instead] of otherwise) {
    if (!text.includes(part)) throw new Error(`${file} does not say "${part}"`);
    text = text.replace(part, instead);
  }
  return text;
}
