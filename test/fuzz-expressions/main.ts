import { parseArgs } from 'node:util';
import { fuzz, type Totals } from './fuzz.ts';

/** `npm run fuzz-expressions -- --evaluations N --seed S`: compares the expression compiler with the library. Exit code 1 on a difference. */
const { values } = parseArgs({
  options: { evaluations: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const evaluations = Number(values.evaluations);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const EVERY = 100_000;
let next = EVERY;

console.log(`seed ${seed}`);
const totals = await fuzz(evaluations, seed, (soFar) => {
  if (soFar.evaluations < next) return;
  next += EVERY;
  console.log(line(soFar));
});
console.log(line(totals));
for (const [name, count] of totals.defects)
  console.log(`  known defect of the library, ${count} times: ${name}`);
for (const { source, input, comparison } of totals.findings) {
  console.log(`\nDIFFERENT: ${source}\n  on ${input}`);
  console.log(`  ours   ${JSON.stringify(comparison.ours)}\n  theirs ${JSON.stringify(comparison.theirs)}`);
}
process.exitCode = totals.findings.length > 0 ? 1 : 0;

function line({ evaluations: done, values: same, errors, bounded, defects, findings }: Totals): string {
  const known = [...defects.values()].reduce((sum, count) => sum + count, 0);
  return `${done} evaluations: ${same} same values, ${errors} same errors, ${known} known defects, ${bounded} beyond the bounds, ${findings.length} different`;
}
