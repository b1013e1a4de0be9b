import type { Lane } from '../../engine/domain/lane.ts';
import { otherSpelling } from '../../engine/domain/provider-ticket.ts';
import type { Store } from '../../engine/runtime/ports.ts';
import { nameOf } from './group-causes.ts';

export type Found =
  | { readonly kind: 'found'; readonly lane: Lane }
  /** Said for people. */
  | { readonly kind: 'not-found'; readonly reason: string };

/** The lane of a ticket, by the client's or the provider's number (with `e-` or without), or by `#LANE`. */
export async function findTicket(store: Store, name: string): Promise<Found> {
  const id = /^#(\d{1,15})$/.exec(name)?.[1];
  if (id !== undefined) {
    const lane = await store.lane(Number(id), false);
    return lane === null
      ? { kind: 'not-found', reason: `there is no lane ${name}` }
      : { kind: 'found', lane };
  }
  const lanes = await store.lanesByNumber(name);
  const found = lanes.length > 0 ? lanes : await store.lanesByNumber(otherSpelling(name));
  const [lane] = found;
  if (lane === undefined) {
    const reason = `Bridgehead knows no ticket ${name}: name it by the client's number or the provider's`;
    return { kind: 'not-found', reason };
  }
  if (found.length === 1) return { kind: 'found', lane };
  const names = found.map((one) => `#${one.id} (${wordsOf(one)})`).join(', ');
  return {
    kind: 'not-found',
    reason: `${name} is the number of ${found.length} tickets: say which, ${names}`,
  };
}

const wordsOf = (lane: Lane): string => {
  const numbers = [lane.clientNumber, lane.providerTicket].filter((number) => number !== null).join(' ');
  return `${numbers === '' ? nameOf(lane) : numbers}${lane.parked === null ? '' : ', parked'}`;
};
