import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashWorld } from './crash-world.ts';
import { rowsOf } from './sql.ts';

/** What the server is asked: who is connected and what they are at, who waits for whom, and the engine's own tables. */
const asked = (engineSchema: string): readonly (readonly [file: string, statement: string])[] => [
  ['processlist.json', 'SHOW FULL PROCESSLIST'],
  ['innodb-status.json', 'SHOW ENGINE INNODB STATUS'],
  ...['instances', 'lanes', 'inbox', 'journal'].map(
    (table) => [`${table}.json`, `SELECT * FROM ${engineSchema}.bh_${table}`] as const,
  ),
];

/**
 * Writes down how things stand, while everything still runs: all that the engines have said since they were last started,
 * and what the server knows. Returns the folder.
 */
export async function keepEvidence(world: CrashWorld): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bridgehead-crash-evidence-'));
  for (const [index, engine] of world.engines.entries())
    await writeFile(join(folder, `engine-${index + 1}.log`), engine.said());
  for (const [file, statement] of asked(world.engineSchema)) {
    const rows = await rowsOf<object>(world.administrators, statement);
    await writeFile(join(folder, file), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  }
  return folder;
}
