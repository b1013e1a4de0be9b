import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';

/** A copy of a sample contract whose engine tables are in another schema. */
export async function contractCopy(client: SampleItsm, engineSchema: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-contract-'));
  const itsm = await readFile(`rules/${client}/itsm.yaml`, 'utf8');
  await writeFile(
    path.join(folder, 'contract.yaml'),
    await readFile(`rules/${client}/contract.yaml`, 'utf8'),
  );
  await writeFile(
    path.join(folder, 'itsm.yaml'),
    itsm.replace('engine_schema: bridgehead', `engine_schema: ${engineSchema}`),
  );
  return folder;
}
