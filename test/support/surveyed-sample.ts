import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../adapters/database/connect.ts';
import { surveyDatabase, type Survey } from '../../adapters/database/survey/survey.ts';
import { loadSampleItsm, type SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { diagnosticText } from '../../adapters/terminal/print-diagnostics.ts';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { onServer, type DatabaseKind } from './databases.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A sample client whose rules or tables are not quite what they should be. */
export interface Defect {
  readonly client: SampleItsm;
  /** SQL, run on the sample's tables. */
  readonly tables?: readonly string[];
  /** What is written otherwise in contract.yaml and itsm.yaml. */
  readonly contract?: readonly (readonly [string, string])[];
  readonly itsm?: readonly (readonly [string, string])[];
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
  const folder = `rules/${defect.client}`;
  const files = new Map([
    [`${folder}/contract.yaml`, await written(`${folder}/contract.yaml`, defect.contract)],
    [`${folder}/itsm.yaml`, await written(`${folder}/itsm.yaml`, defect.itsm)],
  ]);
  const { contract, diagnostics } = compileContract({ files, main: `${folder}/contract.yaml` });
  if (contract === null)
    throw new Error(`the rules themselves do not compile: ${JSON.stringify(diagnostics)}`);
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

async function written(file: string, otherwise: Defect['contract'] = []): Promise<string> {
  let text = await readFile(join(ROOT, file), 'utf8');
  for (const [part, instead] of otherwise) {
    if (!text.includes(part)) throw new Error(`${file} does not say "${part}"`);
    text = text.replace(part, instead);
  }
  return text;
}
