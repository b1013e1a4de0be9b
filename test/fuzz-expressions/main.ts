import { parseArgs } from 'node:util';
import { readSuite } from '../conformance/suite.ts';
import { Chance } from './chance.ts';
import { drawing, fuzz, type Drawn, type Finding, type Totals } from './fuzz.ts';
import { Splicer } from './splice.ts';

/**
 * `npm run fuzz-expressions -- --evaluations N --seed S [--splice FOLDER]`: compares the expression compiler with the library,
 * on expressions of a grammar or made of those of a suite of cases. Exit code 1 on a difference.
 */
const { values } = parseArgs({
  options: {
    evaluations: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    splice: { type: 'string' },
  },
});
const evaluations = Number(values.evaluations);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const EVERY = 100_000;
let next = EVERY;
let told = 0;

console.log(`seed ${seed}`);
const chance = new Chance(seed);
const totals = await fuzz(
  evaluations,
  values.splice === undefined ? drawing(chance) : splicing(values.splice),
  (soFar) => {
    for (const finding of soFar.findings.slice(told)) tell(finding);
    told = soFar.findings.length;
    if (soFar.evaluations < next) return;
    next += EVERY;
    console.log(line(soFar));
  },
);
console.log(line(totals));
for (const [name, count] of totals.defects)
  console.log(`  known defect of the library, ${count} times: ${name}`);
process.exitCode = totals.findings.length > 0 ? 1 : 0;

function tell({ source, input, bindings, comparison: { ours, theirs } }: Finding): void {
  console.log(`\nDIFFERENT: ${source}\n  on ${input} with ${JSON.stringify(bindings)}`);
  console.log(`  ours   ${JSON.stringify(ours)}\n  theirs ${JSON.stringify(theirs)}`);
}

function line({ evaluations: done, values: same, errors, bounded, defects, findings }: Totals): string {
  const known = [...defects.values()].reduce((sum, count) => sum + count, 0);
  return `${done} evaluations: ${same} same values, ${errors} same errors, ${known} known defects, ${bounded} beyond the bounds, ${findings.length} different`;
}

function splicing(folder: string): () => Drawn {
  const { cases, datasets } = readSuite(folder);
  const splicer = new Splicer(
    chance,
    cases.map(({ expr, dataset, data, bindings = {} }) => ({
      expr,
      input: typeof dataset === 'string' ? datasets[dataset] : data,
      bindings,
    })),
  );
  return () => splicer.draw();
}
