import { minutes } from '../../engine/domain/instant.ts';
import { FAULT_KINDS, settingsOf, type FaultKind, type Settings } from './settings.ts';

/**
 * Where to look for what is rare in most seeds: settings in the place of those that the seed chooses. Kinds of faults
 * that are not named do not happen. The simulation and its oracles are the same.
 */
export interface Focus extends Partial<Omit<Settings, 'seed' | 'rates'>> {
  readonly rates?: Readonly<Partial<Record<FaultKind, number>>>;
}

/** Enough people at work for the two sides' words to cross, and clocks that are right. */
const BUSY: Partial<Settings> = {
  activeMs: minutes(8),
  tickets: 10,
  actionsPerTicket: 12,
  processes: 1,
  skewMsMax: 0,
};

/** The seed's settings, with those of the focus over them; null: as the seed chooses. */
export function settingsIn(seed: number, focus: Focus | null): Settings {
  if (focus === null) return settingsOf(seed, null);
  const { rates = {}, ...others } = focus;
  const all = FAULT_KINDS.map((kind): [FaultKind, number] => [kind, rates[kind] ?? 0]);
  return {
    ...settingsOf(seed, focus.contract ?? null),
    ...BUSY,
    ...others,
    rates: Object.fromEntries(all) as Record<FaultKind, number>,
  };
}
