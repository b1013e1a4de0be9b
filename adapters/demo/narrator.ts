import type { JsonObject } from '../../engine/domain/json.ts';
import type { Log } from '../../engine/runtime/ports.ts';
import type { Output } from '../terminal/output.ts';

const COLORS = { deed: '36', good: '32', notice: '33', bad: '31', title: '1', faint: '2' } as const;
export type Tone = keyof typeof COLORS;

/** Says what happens in plain words, one line a step. */
export class Narrator {
  readonly #out: Output;
  readonly #color: boolean;
  /** How often each outcome was told, for the summary: `acme dropped` → 1. */
  readonly counts = new Map<string, number>();

  constructor(out: Output, color: boolean) {
    this.#out = out;
    this.#color = color;
  }

  say(text: string, tone: Tone | null = null): void {
    const painted = tone === null || !this.#color ? text : `\u001b[${COLORS[tone]}m${text}\u001b[0m`;
    this.#out.write(`${painted}\n`);
  }

  /** A Log that tells what people want to hear, and passes every line on. */
  listen(log: Log): Log {
    const tell = (step: string, fields: JsonObject): void => {
      if (step === 'lane') this.#tellLane(fields);
      if (step === 'bridge did not answer')
        this.say(`           ${text(fields, 'contract')}: no answer came`, 'notice');
      if (step === 'one ticket twice') this.say(`           ${text(fields, 'summary')}`, 'bad');
    };
    return {
      debug: (step, fields) => log.debug(step, fields),
      info: (step, fields) => {
        tell(step, fields);
        log.info(step, fields);
      },
      warn: (step, fields) => {
        tell(step, fields);
        log.warn(step, fields);
      },
      error: (step, fields) => {
        tell(step, fields);
        log.error(step, fields);
      },
    };
  }

  #tellLane(fields: JsonObject): void {
    const outcome = text(fields, 'outcome');
    const contract = text(fields, 'contract');
    const key = `${contract} ${outcome}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    // What never travelled is in the summary and in the journal.
    if (outcome === 'held') return;
    const arrow = text(fields, 'direction') === 'in' ? '<-' : '->';
    const tickets = `${text(fields, 'ticket') || '(no ticket)'} ${arrow} ${text(fields, 'provider_ticket') || '?'}`;
    const rule = text(fields, 'rule') === '' ? '' : `  [${text(fields, 'rule')}]`;
    const words = `${contract.padEnd(7)} ${tickets.padEnd(27)} ${text(fields, 'transaction').padEnd(14)} ${outcome.padEnd(8)} ${text(fields, 'summary')}`;
    this.say(`  ${words}${outcome === 'sent' || outcome === 'applied' ? '' : rule}`, TONES[outcome] ?? null);
  }
}

const TONES: Readonly<Record<string, Tone>> = {
  applied: 'good',
  sent: 'good',
  dropped: 'notice',
  skipped: 'notice',
  retried: 'notice',
  waiting: 'notice',
  refused: 'notice',
  duplicate: 'faint',
  parked: 'bad',
  stopped: 'bad',
  'not-handled': 'bad',
};

function text(fields: JsonObject, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
