import { seconds } from '../../engine/domain/instant.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { detectChanges } from '../../engine/runtime/detect.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import { compareSides } from '../../adapters/demo/compare-sides.ts';
import { NEVER, openWorld, workDue, type World } from './world.ts';

/** Acme without waits that a story would only sit out: a changed row is looked at in the same round. */
export const openStoryWorld = (): Promise<World> =>
  openWorld('acme', {
    since: 'now',
    adapt: (contract) => ({
      ...contract,
      itsm: {
        ...contract.itsm,
        changes: contract.itsm.changes
          .filter(({ table }) => table !== 'custom_values')
          .map((source) => ({ ...source, settleMs: 0, overlapMs: seconds(30) })),
      },
    }),
  });

/** One ticket of the client's, from its creation to its close, as often as wanted in one world. */
export class Story {
  readonly world: World;
  readonly id: number;
  readonly number: string;

  constructor(world: World, id: number) {
    this.world = world;
    this.id = id;
    this.number = `INC${String(id).padStart(7, '0')}`;
  }

  /** What happens on both sides, one after the other; the bridge gets its turn in between. */
  readonly chapters: readonly (() => Promise<void>)[] = [
    async () => {
      await this.world.sql(
        `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
         VALUES (?, ?, 'incident', 'It broke', 'Since noon.', 'New', 'P2', 3, 3, :now, :now, 0)`,
        this.id,
        this.number,
      );
      await this.#comment('first');
      await this.#comment('second');
    },
    async () => {
      await this.#edit(`title = 'It broke twice', priority = 'P1'`);
      await this.#comment('third');
    },
    async () => {
      const { ticketNumber } = this.theirs()[0] ?? {};
      if (ticketNumber === undefined) return;
      this.world.desk.update(ticketNumber, { status: 'workinprogress', description: 'Since noon. Seen.' });
      this.world.desk.comment(ticketNumber, { body: `from there to ${this.number}` });
      await Promise.resolve();
    },
    async () => {
      await this.#comment('fourth');
      await this.#edit(`status = 'Resolved', resolution = 'Mended.', title = 'It broke thrice'`);
    },
    async () => this.#edit(`status = 'Closed'`),
  ];

  /** The provider's tickets that carry our number, oldest first. */
  theirs(): readonly ProviderTicket[] {
    return this.world.tenant.tickets().filter((ticket) => ticket.clientTicketNumber === this.number);
  }

  /** In what the two sides differ, and what is left over; nothing: all is well. */
  async faults(): Promise<readonly string[]> {
    const { world, number } = this;
    const live = this.theirs().filter(({ status }) => status !== 'cancelled');
    const lane = await world.lane(number);
    const linked = live.find(({ ticketNumber }) => ticketNumber === lane.providerTicket);
    const sides = await compareSides(
      world.contract,
      world.database,
      world.clock,
      linked === undefined ? [] : [linked],
    );
    // Comments are compared below: that one arrives twice may be all right.
    const found = (sides.compared[0]?.differences ?? ['not linked']).filter(
      (text) => !text.includes('comment'),
    );
    if (live.length > 1) found.push(`${live.length} live provider tickets`);
    if (lane.state.intent !== null) found.push(`intent left over: ${lane.state.intent.kind}`);
    if (lane.parked !== null) found.push(`parked: ${lane.parked.reason}`);
    if (world.tenant.queue.state().messages.length > 0) found.push('the queue is not empty');
    if (linked?.status !== 'closed') found.push(`theirs is ${linked?.status ?? 'gone'}`);
    const sent = linked?.comments.filter(({ by }) => by === 'client').map(({ body }) => body) ?? [];
    const once = sent.filter((body, index) => sent.indexOf(body) === index);
    if (once.join() !== 'first,second,third,fourth') found.push(`comments there: ${sent.join()}`);
    return found;
  }

  /** Comments of ours that the provider's ticket has more than once. */
  twice(): readonly string[] {
    const linked = this.theirs().find(({ status }) => status !== 'cancelled');
    const sent = linked?.comments.filter(({ by }) => by === 'client').map(({ body }) => body) ?? [];
    return sent.filter((body, index) => sent.indexOf(body) !== index);
  }

  /** How often the provider's comment is here. */
  async received(): Promise<number> {
    const rows = await this.world.sql(
      `SELECT id FROM comments WHERE ticket_id = ? AND body = ?`,
      this.id,
      `from there to ${this.number}`,
    );
    return rows.length;
  }

  async #edit(what: string): Promise<void> {
    await this.world.sql(`UPDATE tickets SET ${what}, updated_at = :now WHERE id = ?`, this.id);
  }

  async #comment(body: string): Promise<void> {
    await this.world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (?, 3, ?, 1, :now)`,
      this.id,
      body,
    );
  }
}

/** One look at both sides, and all the work that follows from it. */
export async function round(runtime: Runtime): Promise<void> {
  await pollQueue(runtime, NEVER);
  await detectChanges(runtime, NEVER);
  await workDue(runtime);
}

/** Rounds until nothing is due any more, each at the moment when something is. */
export async function settled({ clock, database, tenant }: World, runtime: Runtime): Promise<void> {
  for (let rounds = 0; rounds < 50; rounds += 1) {
    await round(runtime);
    const [lane, file] = await database.transaction(async ({ store }) => [
      await store.nextDueAt(),
      await store.nextUploadAt(),
    ]);
    const next = lane === null || file === null ? (lane ?? file) : Math.min(lane, file);
    const waits = tenant.queue.state().messages.length > 0;
    if (next === null && !waits) return;
    await clock.advance(Math.max(waits ? seconds(31) : 0, (next ?? 0) - clock.now(), seconds(1)));
  }
  throw new Error('the world does not come to rest');
}
