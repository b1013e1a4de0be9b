import type { CrashReport } from './crash-run.ts';

/** What a run has shown, for people. */
export function reportText(report: CrashReport): string {
  const { kills, troubles, done, seconds, endedByThemselves, defects, verdicts } = report;
  const list = (entries: Iterable<readonly [string, number]>): string =>
    [...entries].map(([name, count]) => `${name} ${count}`).join(', ');
  const lines = [
    `${kills} engines killed; besides: ${list(troubles) || 'nothing'}`,
    `${seconds.underLoad} s under load, quiet ${seconds.untilQuiet} s later; engines that ended by themselves: ${endedByThemselves.length}`,
    ...new Set(endedByThemselves.map((words) => `  ${words}`)),
    ...defects.map((line) => `DEFECT: ${line}`),
    `done: ${list([...done.counts].sort())}; not possible just then: ${done.refused}`,
  ];
  for (const { client, counts, inDoubt, faults } of verdicts) {
    lines.push('', `${client}:`);
    for (const [name, count] of Object.entries(counts)) lines.push(`  ${String(count).padStart(6)} ${name}`);
    for (const doubt of inDoubt) lines.push(`  in doubt: ${doubt}`);
    lines.push(faults.length === 0 ? `  ${outcome(inDoubt.length)}` : `  ${faults.length} FAULTS`);
    for (const fault of faults) lines.push(`  FAULT: ${fault}`);
  }
  return lines.join('\n');
}

const outcome = (inDoubt: number): string =>
  inDoubt === 0
    ? 'nothing lost, nothing twice, order kept'
    : 'nothing lost, order kept; twice only what a call in doubt carried';
