import { judge, readSuite, type Verdict } from './suite.ts';

/** `npm run conformance -- FOLDER`: holds the expression compiler against a suite of JSONata cases. Exit code 1 if one fails. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run conformance -- FOLDER (with cases.jsonl and datasets.json)');
  process.exit(2);
}
const suite = readSuite(folder);
const verdicts = suite.cases.map((entry) => ({ entry, verdict: judge(entry, suite) }));
const count = (isCounted: (verdict: Verdict) => boolean): number =>
  verdicts.filter(({ verdict }) => isCounted(verdict)).length;

console.log(`${suite.cases.length} cases of ${folder}`);
console.log(`  passed as generated source: ${count((v) => v.kind === 'passed' && v.way === 'source')}`);
console.log(`  passed as closures:         ${count((v) => v.kind === 'passed' && v.way === 'closures')}`);
console.log('  passed by a fallback:       0 (there is none)');
console.log(`  time-box cases, set apart:  ${count((v) => v.kind === 'time-box')}`);
console.log(`  failed:                     ${count((v) => v.kind === 'failed')}`);
for (const { entry, verdict } of verdicts) {
  if (verdict.kind !== 'failed') continue;
  console.log(`\n${entry.group} ${entry.case}: ${entry.expr}`);
  console.log(`  expected ${verdict.expected}\n  found    ${verdict.found}`);
}
process.exitCode = verdicts.some(({ verdict }) => verdict.kind === 'failed') ? 1 : 0;
