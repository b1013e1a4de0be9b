import type { SampleClient } from './load-sample-itsm.ts';
import type { Sides } from './compare-sides.ts';

/** Both sides ticket by ticket, and what became of the rest. */
export function summaryTable(
  sides: readonly (readonly [SampleClient, Sides])[],
  counts: ReadonlyMap<string, number>,
): string {
  const rows = [['contract', 'ours', "provider's", 'status', 'comments', 'agree']];
  const notes: string[] = [];
  for (const [client, { compared, onlyAtProvider, onlyHere }] of sides) {
    for (const { clientNumber, providerTicket, status, comments, differences } of compared) {
      const agrees = differences.length === 0 ? 'yes' : `NO: ${differences.join('; ')}`;
      rows.push([client, clientNumber, providerTicket, status, String(comments), agrees]);
    }
    for (const { ticketNumber, status, shortDescription } of onlyAtProvider) {
      rows.push([client, '(dropped)', ticketNumber, status, '', `out of contract: ${shortDescription}`]);
    }
    for (const number of onlyHere) rows.push([client, number, '(missing)', '', '', 'NO: a trigger matches']);
    const count = (outcome: string): number => counts.get(`${client} ${outcome}`) ?? 0;
    notes.push(
      `${client}: ${count('sent')} calls sent, ${count('applied')} messages applied, ${count('dropped')} dropped, ` +
        `${count('refused')} refused and sent otherwise, ${count('waiting')} left without an answer, ` +
        `${count('duplicate')} seen twice, ${count('parked')} parked, ${count('held')} tickets not sent`,
    );
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => Math.min(line.length, 100))));
  return [lines[0] ?? '', rule, ...lines.slice(1), rule, ...notes].join('\n');
}
