import type { Milliseconds } from '../../engine/domain/instant.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { FAULT_KINDS, type FaultKind } from './settings.ts';
import type { Examined } from './examine.ts';

/** What many seeds came to together. */
export class Totals {
  seeds = 0;
  events = 0;
  virtualMs = 0;
  /** A processor's time that it took: what else the machine does takes nothing from it. */
  cpuMs = 0;
  readonly injected = new Map<FaultKind, number>();
  readonly failed: Pick<Examined, 'seed' | 'findings'>[] = [];

  add({ seed, findings, events, virtualMs, injected }: Omit<Examined, 'settings'>): void {
    this.seeds += 1;
    this.events += events;
    this.virtualMs += virtualMs;
    for (const kind of FAULT_KINDS) {
      const count = injected[kind] ?? 0;
      if (count > 0) this.injected.set(kind, (this.injected.get(kind) ?? 0) + count);
    }
    if (findings.length > 0) this.failed.push({ seed, findings });
  }

  text(tookMs: Milliseconds): string {
    const faults = [...this.injected]
      .sort(([, one], [, other]) => other - one)
      .map(([kind, count]) => `${count} ${kind}`);
    return [
      `${this.seeds} seeds, ${this.failed.length} with findings; ${Math.round((this.seeds * minutes(1)) / tookMs)} seeds a minute, ${((this.seeds * seconds(1)) / this.cpuMs).toFixed(1)} a CPU second`,
      `${this.events} events in ${Math.round(this.virtualMs / minutes(60))} virtual hours`,
      `injected: ${faults.join(', ')}`,
    ].join('\n');
  }
}
