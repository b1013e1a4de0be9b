import { parseArgs } from 'node:util';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { crashRun } from './crash-run.ts';
import { reportText } from './report-text.ts';
import type { TroubleName } from './troubles.ts';

const CLIENTS: Readonly<Record<string, readonly SampleClient[]>> = {
  acme: ['acme'],
  globex: ['globex'],
  both: ['acme', 'globex'],
};

/** Everything, as often as a hundred kills leave room for. */
const TROUBLES: ReadonlyMap<TroubleName, number> = new Map([
  ['mariadb', 20],
  ['simulator', 17],
  ['stop', 13],
  ['read-only', 11],
  ['connections', 15],
  ['full-disk', 24],
]);

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    engines: { type: 'string', default: '1' },
    contract: { type: 'string', default: 'both' },
    pause: { type: 'string', default: '400' },
    'return-number': { type: 'string', default: 'lost' },
  },
});
const number = (name: 'kills' | 'seed' | 'engines' | 'pause', least: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} takes a whole number, ${least} or more`);
};
const clients = CLIENTS[values.contract];
if (clients === undefined) throw new Error('--contract takes acme, globex or both');

const returnNumber = values['return-number'];
if (returnNumber !== 'lost' && returnNumber !== 'always')
  throw new Error('--return-number takes lost or always');

const seed = number('seed', 0);
console.log(`seed ${seed}`);
const report = await crashRun({
  clients,
  seed,
  kills: number('kills', 1),
  engines: number('engines', 1),
  pauseMs: number('pause', 1),
  returnNumber,
  troubles: TROUBLES,
  say: (line) => console.log(line),
});
console.log(reportText(report));
const isFine = report.defects.length === 0 && report.verdicts.every(({ faults }) => faults.length === 0);
process.exit(isFine ? 0 : 1);
