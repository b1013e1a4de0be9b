import { rulesText } from '../../engine/domain/rules-version.ts';
import { dateText, plural } from '../operators/list-text.ts';
import type { Echo, EchoReport } from './report.ts';

/** What every form of the report begins with, as label and words. */
export function headOf(report: EchoReport): readonly (readonly [string, string])[] {
  const { ticket, versions, environments, rules } = report;
  const provider = [ticket.providerNumber, ticket.ticketType].filter((word) => word !== null).join(', ');
  const source = ticket.file === null ? 'made up from the contract' : `from ${ticket.file}`;
  return [
    ['tested', `${dateText(report.from)}, ${secondsText(report.to - report.from)}`],
    ['contract', `${report.contract} (${report.folder}), clientName ${report.clientName}`],
    ['rules', rules === null ? 'not known' : rulesText(rules)],
    ['versions', `Bridgehead ${versions.bridgehead}, Node ${versions.node}`],
    ['calls', environments.calls],
    ['queue', `${environments.queue}/queue`],
    ['ticket', `${ticket.number}${provider === '' ? '' : ` (${provider})`}, marked ${ticket.mark}`],
    ['', `${source}; trigger "${ticket.trigger}"`],
    ['others', othersText(report)],
  ];
}

function othersText({ others }: EchoReport): string {
  if (others.messages === 0) return "nothing else was on dev's queue";
  const { messages, tickets, receivesMax } = others;
  return `${plural(messages, 'message')} of ${plural(tickets, 'other ticket')} were on dev's queue and were left there, received ${receivesMax} of 20 times at most by now`;
}

/** `PASSED: 5 of 5 steps, 8 transactions came back` */
export function verdictText({ verdict, steps }: EchoReport): string {
  const ok = steps.filter((step) => step.verdict === 'ok').length;
  const echoes = steps.flatMap((step) => step.echoes);
  const came = echoes.filter((echo) => echo.came !== null).length;
  const words = `${ok} of ${steps.length} steps as they should be, ${came} of ${plural(echoes.length, 'transaction')} came back`;
  return `${{ passed: 'PASSED', failed: 'FAILED', stopped: 'NOT FINISHED' }[verdict]}: ${words}`;
}

/** `0.4 s`, `12 s` */
export const secondsText = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;

/** When and how it came, and what became of it. */
export function echoText({ came }: Echo): string {
  if (came === null) return 'did not come back';
  const { sentAt, receivedAt, outcome, summary, rule, deleted } = came;
  const by = rule === null ? '' : ` [${rule}]`;
  return `sent ${timeText(sentAt)}, read ${timeText(receivedAt)}, ${outcome}: ${summary}${by}; ${deleted ? 'deleted' : 'NOT deleted'}`;
}

/** `19:31:04.120` */
export const timeText = (at: number): string => new Date(at).toISOString().slice(11, 23);
