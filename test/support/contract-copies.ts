import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const RULES = join(import.meta.dirname, '../../rules');

/**
 * Copies the sample contracts to `folder`/rules, with an engine schema of their own, so that runs on one database
 * server do not meet, and with the longest time-out there is, so that a busy machine is no lost answer.
 */
export async function copyContracts(folder: string, engineSchema: string): Promise<void> {
  await cp(RULES, join(folder, 'rules'), { recursive: true });
  for (const [contract, timeout] of [
    ['acme', 'timeout: 20s'],
    ['globex', 'timeout: 15s'],
    ['initech', 'timeout: 20s'],
  ] as const) {
    await replaceIn(join(folder, 'rules', contract, 'contract.yaml'), timeout, 'timeout: 60s');
    await replaceIn(
      join(folder, 'rules', contract, 'itsm.yaml'),
      'engine_schema: bridgehead',
      `engine_schema: ${engineSchema}`,
    );
  }
}

/** @throws when the file does not hold the text. */
export async function replaceIn(file: string, text: string, instead: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  if (!before.includes(text)) throw new Error(`${file} does not say "${text}"`);
  await writeFile(file, before.replace(text, instead));
}
