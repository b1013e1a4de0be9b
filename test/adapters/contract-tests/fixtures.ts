import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const BASE = path.join(import.meta.dirname, '../../diagnostics/base');

/** A contract of its own in a new folder, `small`, with one file of tests. The folder above it is the answer. */
export async function smallContract(
  tests: string | null,
  change = (text: string): string => text,
): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'bridgehead-tests-'));
  await mkdir(path.join(root, 'small/tests'), { recursive: true });
  const contract = await readFile(path.join(BASE, 'contract.yaml'), 'utf8');
  await writeFile(path.join(root, 'small/contract.yaml'), change(contract));
  await writeFile(path.join(root, 'small/itsm.yaml'), await readFile(path.join(BASE, 'itsm.yaml'), 'utf8'));
  if (tests !== null) await writeFile(path.join(root, 'small/tests/tests.yaml'), tests);
  return root;
}
