import { inspectSeed } from './examine.ts';

/** Runs seeds from the first on until an oracle finds something, and tells it as JSON; null: none did. */
const [from = 1, count = 1] = process.argv.slice(2).map(Number);
for (let seed = from; seed < from + count; seed += 1) {
  const { findings } = await inspectSeed(seed);
  const [finding] = findings;
  if (finding === undefined) continue;
  process.stdout.write(JSON.stringify({ seed, oracle: finding.oracle, words: finding.words }));
  process.exit(0);
}
process.stdout.write('null');
