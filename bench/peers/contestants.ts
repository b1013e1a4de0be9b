import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { commentContext, ticketContext } from '../../engine/domain/ticket.ts';
import { ticketsOf } from '../mapping/tickets.ts';
import { CONDITIONS, rulesEngine } from './conditions.ts';
import { MAPPING_RULES } from './mapping-rules.ts';
import { changeNode } from './node-red.ts';
import { ourConditions, ourMapping } from './ours.ts';

export interface PeerContest {
  readonly title: string;
  readonly inputs: readonly JsonObject[];
  readonly contestants: readonly { readonly name: string; readonly run: (input: JsonObject) => unknown }[];
}

/** Ours beside the peers, on the same tickets. */
export async function peerContests(count: number): Promise<readonly PeerContest[]> {
  const tickets = ticketsOf('acme', count).map((ticket): JsonObject => ({
    ...ticketContext(ticket),
    ...(ticket.comments.length === 0 ? {} : { comments: ticket.comments.map(commentContext) }),
  }));
  return [
    {
      title: '(c) thirty JSONata rules',
      inputs: tickets.map((payload): JsonObject => ({ payload })),
      contestants: [
        { name: 'ours', run: ourMapping(MAPPING_RULES) },
        { name: 'a Node-RED Change node', run: await changeNode(MAPPING_RULES) },
      ],
    },
    {
      title: '(c) twenty conditions',
      inputs: tickets,
      contestants: [
        { name: 'ours', run: ourConditions(CONDITIONS) },
        { name: 'json-rules-engine', run: await rulesEngine(CONDITIONS) },
      ],
    },
  ];
}

/** Key by key, as JSON: the library makes objects and lists of its own kinds. */
export const isSame = (one: unknown, other: unknown): boolean => inOrder(one) === inOrder(other);

const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member as Record<string, Json>).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : member,
  );
