import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../adapters/database/connect.ts';
import { surveyDatabase, type Survey } from '../../adapters/database/survey/survey.ts';
import { loadSampleItsm, type SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { diagnosticText } from '../../adapters/terminal/print-diagnostics.ts';
import { compileSample, type Rewritten } from './compile-sample.ts';
import { onServer, type DatabaseKind } from './databases.ts';

/** A sample client whose rules or tables are not quite what they should be. */
export interface Defect extends Rewritten {
  readonly client: SampleItsm;
  /** SQL, run on the sample's tables. */
  readonly tables?: readonly string[];
}

export const NOW = Date.parse('2026-06-01T12:00:00Z');

/** A sample client's tables in a database of their own, without the engine's. */
export async function sampleTables(
  kind: DatabaseKind,
  { client, tables = [] }: Pick<Defect, 'client' | 'tables'>,
  mysqlUrl: () => string,
): Promise<{ readonly connection: string; readonly name: string; end(): Promise<void> }> {
  const name = `bh_survey_${randomBytes(6).toString('hex')}`;
  const folder = kind === 'SQLite' ? await mkdtemp(join(tmpdir(), 'bridgehead-survey-')) : null;
  const connection = folder === null ? `${mysqlUrl()}/${name}` : `sqlite:${join(folder, 'itsm.sqlite')}`;
  if (folder === null) await onServer(mysqlUrl(), `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await loadSampleItsm(connection, client, NOW);
  const { knex } = connect(connection);
  try {
    for (const statement of tables) await knex.raw(statement);
  } finally {
    await knex.destroy();
  }
  return {
    connection,
    name: folder === null ? name : join(folder, 'itsm.sqlite'),
    end: () =>
      folder === null
        ? onServer(mysqlUrl(), `DROP DATABASE ${name}`)
        : rm(folder, { recursive: true, force: true }),
  };
}

/** Looks at the tables with the sample's rules, as far as they are not written otherwise. */
export async function surveySample(
  kind: DatabaseKind,
  defect: Defect,
  mysqlUrl: () => string,
): Promise<Survey & { readonly said: string }> {
  const { contract, files } = await compileSample(defect.client, defect);
  const sample = await sampleTables(kind, defect, mysqlUrl);
  try {
    const survey = await surveyDatabase(contract, files, sample.connection, NOW);
    const told = survey.diagnostics.map(
      (diagnostic) => `${diagnosticText(diagnostic, files, { color: false })}\n\n`,
    );
    const allowed = survey.silenced.map(({ code, reason }) => `allowed ${code}: ${reason}\n`);
    const notes = survey.notes.map((note) => `${note.replace(/\S*bh_survey_\w+/, 'SERVER/DATABASE')}\n`);
    return { ...survey, said: withoutLines([...told, ...allowed, ...notes].join('')) };
  } finally {
    await sample.end();
  }
}

/** Without the numbers of lines: the samples' rules may grow; which line is meant, the frame shows. */
export const withoutLines = (said: string): string =>
  said.replaceAll(/(\.yaml):\d+:(?=\d)/g, '$1:…:').replaceAll(/^( +)\d+(?= \| )/gm, '$1…');
