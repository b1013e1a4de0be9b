import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { pinoLog } from '../log/pino-log.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { rulesText } from '../../engine/domain/rules-version.ts';
import type { Output } from '../terminal/output.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { fillSettings, openItsmDatabase, type Environment } from '../assembly/open-contract.ts';
import { visible } from '../terminal/visible.ts';
import { diagnosticText } from '../terminal/print-diagnostics.ts';

export interface JournalOptions {
  readonly environment: Environment;
  readonly limit: number;
  readonly json: boolean;
  readonly color: boolean;
}

/**
 * `bridgehead journal FOLDER [NUMBER]`: what became of every transaction, of one ticket (by the client's or the
 * provider's number) or of all, the newest at the end; and what stands still, with the reason.
 */
export async function showJournal(
  folder: string,
  ticket: string | null,
  out: Output,
  { environment, limit, json, color }: JournalOptions,
): Promise<ExitCode> {
  const { contract, diagnostics, files } = await loadContract(folder);
  if (contract === null) {
    for (const diagnostic of diagnostics) out.write(`${diagnosticText(diagnostic, files, { color })}\n\n`);
    return EXIT.problems;
  }
  const filled = fillSettings(contract, environment);
  if (filled.kind === 'missing') {
    for (const reason of filled.reasons) out.write(`${reason}\n`);
    return EXIT.cannotRun;
  }
  const clock = wallClock();
  const log = pinoLog({ clock, level: 'silent' });
  const database = await openItsmDatabase(contract, filled.settings, clock, log);
  try {
    const { entries, parked } = await database.transaction(async ({ store }) => ({
      entries: await store.readJournal({ ticket, limit }),
      parked: (await store.backlog()).parked,
    }));
    for (const entry of entries) out.write(`${json ? JSON.stringify(entry) : entryText(entry)}\n`);
    if (json) {
      for (const { lane, parked: cause } of parked) {
        if (isAbout(lane, ticket)) out.write(`${JSON.stringify({ parked: cause, lane })}\n`);
      }
      return EXIT.ok;
    }
    if (entries.length === 0) out.write(`The journal has nothing on ${ticket ?? 'any ticket'}.\n`);
    for (const { lane, parked: cause } of parked) {
      if (!isAbout(lane, ticket)) continue;
      const since = new Date(cause.at).toISOString();
      const number = lane.clientNumber ?? lane.providerTicket ?? '?';
      const wakes = cause.until === 'change' ? 'an edit of the ticket' : '`bridgehead parked retry`';
      out.write(
        `parked since ${since}: ${number}: ${visible(cause.reason)} (${cause.code}; ${wakes} tries again)\n`,
      );
    }
    return EXIT.ok;
  } finally {
    await database.close();
  }
}

const isAbout = (lane: Lane, ticket: string | null): boolean =>
  ticket === null || lane.clientNumber === ticket || lane.providerTicket === ticket;

/**
 * `2026-11-23T18:00:00.000Z  INC0000001 e-CS0204070  out create  sent  trigger "…" matches  [rule (file:line)]`, and at
 * the end the rules: `  rules 3f2a9c0b1d2e abc1234`.
 */
function entryText(entry: JournalEntry): string {
  const tickets = [entry.clientNumber, entry.providerTicket].filter((number) => number !== null).join(' ');
  const rule = entry.rule === null ? '' : `  [${entry.rule}]`;
  const rules = entry.rules === null ? '' : `  rules ${rulesText(entry.rules)}`;
  const line = [
    new Date(entry.at).toISOString(),
    tickets === '' ? '-' : tickets,
    `${entry.direction} ${entry.transaction}`,
    entry.outcome,
    `${entry.summary}${rule}${rules}`,
  ].join('  ');
  return visible(line);
}
