import path from 'node:path';
import contractSchema from '../../schemas/contract.schema.json' with { type: 'json' };
import type { Clock } from '../../engine/runtime/ports.ts';
import { loadTables } from '../database/load-tables.ts';
import { environmentPrefix, sampleTables, writeStarter } from '../init/write-starter.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';

export interface InitOptions {
  /** Default: `rules/CONTRACT`. */
  readonly folder: string | null;
  /** Also make a SQLite database with the starter's tables and a few tickets. */
  readonly sampleDatabase: boolean;
  readonly clock: Clock;
  readonly complaints: Output;
}

const NAME = contractSchema.properties.contract;

/** `bridgehead init CONTRACT`: writes a starter contract that checks and tests green, and says what comes next. */
export async function runInit(contract: string, out: Output, options: InitOptions): Promise<ExitCode> {
  const { complaints, clock } = options;
  if (!new RegExp(NAME.pattern).test(contract)) {
    complaints.write(`"${contract}" is no name for a contract: ${NAME.patternErrorMessage}\n`);
    return EXIT.usage;
  }
  const folder = options.folder ?? path.join('rules', contract);
  const prefix = environmentPrefix(contract);
  const since = `${new Date(clock.now()).toISOString().slice(0, 10)}T00:00:00Z`;
  const written = await writeStarter({ contract, folder, prefix, since });
  if (written === null) {
    complaints.write(`${folder} is there already: nothing was written. Take another name, or --folder.\n`);
    return EXIT.usage;
  }
  for (const file of written) out.write(`wrote ${file}\n`);
  const connection = `sqlite:.bridgehead/${contract}-itsm.sqlite`;
  if (options.sampleDatabase) await makeSampleDatabase(connection, out, clock);
  out.write(nextSteps(folder, prefix, options.sampleDatabase ? connection : null));
  return EXIT.ok;
}

async function makeSampleDatabase(connection: string, out: Output, clock: Clock): Promise<void> {
  const tables = { sql: await sampleTables(), table: 'tickets', timeZone: 'UTC' };
  const isNew = await loadTables(connection, tables, clock.now());
  out.write(`${isNew ? 'made' : 'left as it is:'} ${connection}\n`);
}

const nextSteps = (folder: string, prefix: string, connection: string | null): string => `
Next:
  npx bridgehead check ${folder}       every mistake, with file, line and column
  npx bridgehead test ${folder}        play its tests
  npx bridgehead explain ${folder}     read what it does, in plain words

To run it, against a simulated provider (npx bridgehead simulate):
  export ${prefix}BRIDGE_URL=http://127.0.0.1:8700/acme/dev
  export ${prefix}BRIDGE_KEY=acme-demo-key
  export ${prefix}ITSM_DATABASE=${connection ?? 'mysql://user:password@127.0.0.1:3306/database'}
  npx bridgehead run ${folder}
`;
