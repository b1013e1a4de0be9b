import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { SIDES, type ClientSide } from './client-sides.ts';
import type { CrashWorld } from './crash-world.ts';
import { providerTruth } from './provider-truth.ts';
import { rowsOf, writeRows } from './sql.ts';

/** What people did, as far as it was taken. */
export interface Done {
  /** By kind: `acme comment`, `provider of acme open`, … */
  readonly counts: Map<string, number>;
  /** What could not be done just then: the database or the provider was away, or the ticket had ended. */
  refused: number;
}

interface Hand {
  readonly world: CrashWorld;
  readonly client: SampleClient;
  readonly next: () => number;
  readonly done: Done;
}

/** People on both sides work, one thing after another, until the signal. Everything they write carries a number of its own. */
export async function work(
  world: CrashWorld,
  seed: number,
  pauseMs: number,
  signal: AbortSignal,
): Promise<Done> {
  const done: Done = { counts: new Map(), refused: 0 };
  const hands = world.clients.flatMap((client, index) => {
    const hand = (salt: number): Hand => ({
      world,
      client,
      next: chance(seed * 1000 + index * 10 + salt),
      done,
    });
    return [goOn(hand(1), pauseMs, signal, clientStep), goOn(hand(2), pauseMs, signal, providerStep)];
  });
  await Promise.all(hands);
  return done;
}

const chance = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => random.next();
};

async function goOn(
  hand: Hand,
  pauseMs: number,
  signal: AbortSignal,
  step: (hand: Hand, count: number) => Promise<string | null>,
): Promise<void> {
  const { done, next } = hand;
  for (let count = 1; !signal.aborted; count += 1) {
    try {
      const what = await step(hand, count);
      if (what === null) done.refused += 1;
      else done.counts.set(what, (done.counts.get(what) ?? 0) + 1);
    } catch {
      // The server is away: what people wanted to write just then is not written.
      done.refused += 1;
    }
    await wait(pauseMs * (0.5 + next()));
  }
}

const pick = <T>(list: readonly T[], next: () => number): T => {
  const item = list[Math.floor(next() * list.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** One thing that one of the client's people does; null: it could not be done. */
async function clientStep({ world, client, next }: Hand, count: number): Promise<string | null> {
  const side: ClientSide = SIDES[client];
  const knex = world.itsm(client);
  const write = async (kind: string, statement: string, ...values: (string | number)[]) => {
    const dated = statement.replaceAll(':now', world.nowIn(client));
    return (await writeRows(knex, dated, values)) > 0 ? `${client} ${kind}` : null;
  };
  const dice = next();
  if (dice < 0.13) {
    const group = dice < 0.015 ? side.groupAtHome : pick(side.groups, next);
    const number = `P${String(count).padStart(7, '0')}`;
    return write(
      'create',
      side.create,
      number,
      `${client} title ${count}`,
      `Text of ${client}\nin two lines.`,
      group,
    );
  }
  const rows = await rowsOf<{ readonly number: string }>(knex, side.openTickets);
  if (rows.length === 0) return null;
  const { number } = pick(rows, next);
  const [travels, internal] = side.visible;
  const say = (text: string) => write('comment', side.comment, text, travels, number);
  if (dice < 0.55) return say(`${client} comment ${count}`);
  if (dice < 0.6)
    return write('internal comment', side.comment, `${client} internal ${count}`, internal, number);
  if (dice < 0.72) return write('edit', side.setTitle, `${client} title ${count}`, number);
  if (dice < 0.8) return write('edit', side.setPriority, pick(side.priorities, next), number);
  if (dice < 0.9) {
    // Both at once, in this order: neither may overtake the other.
    await write('edit', side.setStatus, pick(side.statuses, next), number);
    return say(`${client} comment ${count}`);
  }
  if (dice < 0.96) return write('resolve', side.resolve, number);
  return write('close', side.close, number);
}

/** Of these, one is picked to be worked on. */
const RECENT_TICKETS = 40;

const PROVIDER_GROUPS: Readonly<Record<SampleClient, readonly string[]>> = {
  acme: ['Ensono Mainframe', 'Ensono Network Support'],
  globex: ['Ensono Unix', 'Ensono Storage', 'Ensono Backup'],
};

/** One thing that one of the provider's users does. */
async function providerStep({ world, client, next }: Hand, count: number): Promise<string | null> {
  const provider = providerTruth(world.providerUrl);
  const act = async (kind: string, path: string, body: JsonObject): Promise<string | null> =>
    (await provider.act(client, path, body)) ? `provider of ${client} ${kind}` : null;
  const dice = next();
  const priority = { [SIDES[client].priorityField]: pick(['1', '2', '3'], next) };
  if (dice < 0.08) {
    const urgency: JsonObject = client === 'globex' ? { urgency: '3' } : {};
    return act('open', '', {
      shortDescription: `provider title ${count}`,
      description: 'Text of the provider',
      group: pick(PROVIDER_GROUPS[client], next),
      ...priority,
      ...urgency,
    });
  }
  const takes = (await provider.tickets(client)).filter(
    ({ status }) => status !== 'closed' && status !== 'cancelled',
  );
  // What is resolved takes comments; to edit it would be to open it again, which globex's contract does not follow.
  const some = dice < 0.55 ? takes : takes.filter(({ status }) => status !== 'resolved');
  const recent = some.slice(-RECENT_TICKETS);
  if (recent.length === 0) return null;
  const { ticketNumber } = pick(recent, next);
  if (dice < 0.55) {
    return act('comment', `/${ticketNumber}/comment`, {
      body: `provider comment ${count}`,
      commenter: 'Ravi Menon',
    });
  }
  if (dice < 0.75)
    return act('edit', `/${ticketNumber}/update`, { shortDescription: `provider title ${count}` });
  if (dice < 0.85)
    return act('edit', `/${ticketNumber}/update`, {
      status: pick(['open', 'workinprogress', 'pending'], next),
    });
  if (dice < 0.96) return act('edit', `/${ticketNumber}/update`, priority);
  return act('resolve', `/${ticketNumber}/resolve`, { closeNotes: 'Done by the provider.' });
}
