import type { DeskDraft } from '../../adapters/simulator/change-desk.ts';
import type { ProviderChange } from '../../adapters/simulator/provider-change.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { round } from './reference-story.ts';
import { openWorld, type World } from './world.ts';

/** A row of the client's changes, as its people see it. */
export interface ChangeRow {
  readonly id: number;
  readonly number: string;
  readonly title: string;
  readonly phase: string;
  readonly risk: string | null;
  readonly outcome: string | null;
  readonly vendor_ref: string | null;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
}

export interface ApprovalRowOfClient {
  readonly id: number;
  readonly change_id: number;
  readonly vendor_approval: string;
  readonly asked_of: string;
  readonly asked_state: string;
  readonly decision: string;
}

/** Initech without waiting: a change is looked at as soon as it was made. */
export const openChangeWorld = (
  options: Omit<NonNullable<Parameters<typeof openWorld>[1]>, 'adapt'> & {
    readonly engineSchema?: string;
  } = {},
): Promise<World> =>
  openWorld('initech', {
    since: 'now',
    ...options,
    adapt: (contract) => ({
      ...contract,
      itsm: {
        ...contract.itsm,
        database: {
          ...contract.itsm.database,
          engineSchema: options.engineSchema ?? contract.itsm.database.engineSchema,
        },
        changes: contract.itsm.changes.map((source) => ({
          ...source,
          settleMs: 0,
          overlapMs: seconds(30),
        })),
      },
    }),
  });

/** The two sides of one change, and what people do to it. */
export class ChangeStory {
  readonly world: World;
  #theirs = '';

  constructor(world: World) {
    this.world = world;
  }

  /** The provider's number. */
  get number(): string {
    return this.#theirs;
  }

  /** A draft of the provider's. */
  draft(type: DeskDraft['type'], fields: Partial<DeskDraft> = {}): void {
    const done = this.world.changes.draft({ shortDescription: 'Patches', ...fields, type });
    if (done.kind === 'impossible') throw new Error(done.reason);
    this.#theirs = done.change.ticketNumber;
  }

  /** The provider's change as it is now. */
  theirs(): ProviderChange {
    const change = this.world.tenant.change(this.#theirs);
    if (change === undefined) throw new Error(`the provider has no change ${this.#theirs}`);
    return change;
  }

  /** Every change of ours that was made from it, oldest first: only the last has its number. */
  async ours(): Promise<readonly ChangeRow[]> {
    return (await this.world.sql(
      `SELECT * FROM change_order WHERE title LIKE ? ORDER BY id`,
      `${this.theirs().shortDescription.slice(0, 7)}%`,
    )) as unknown as readonly ChangeRow[];
  }

  async current(): Promise<ChangeRow> {
    const row = (await this.ours()).at(-1);
    if (row === undefined) throw new Error('there is no change of ours');
    return row;
  }

  async approvals(): Promise<readonly ApprovalRowOfClient[]> {
    const { id } = await this.current();
    return (await this.world.sql(
      `SELECT * FROM change_approval WHERE change_id = ? ORDER BY id`,
      id,
    )) as unknown as readonly ApprovalRowOfClient[];
  }

  /** Somebody at the client decides on the approval with that place. */
  async decide(decision: 'approved' | 'rejected' | 'open', place = 0, by = 2): Promise<void> {
    const row = (await this.approvals())[place];
    if (row === undefined) throw new Error(`there is no approval ${place}`);
    await this.world.sql(
      `UPDATE change_approval SET decision = ?, decided_by = ?, reason = 'Seen in the board', updated_at = :now WHERE id = ?`,
      decision,
      by,
      row.id,
    );
  }

  ask(approverEmail = 'change-manager@initech.example'): string {
    const done = this.world.changes.requestApproval(this.#theirs, { approverEmail });
    if (done.kind === 'impossible') throw new Error(done.reason);
    return done.change.approvals.at(-1)?.approvalId ?? '';
  }

  /** The client's people write a comment on their change, or on another one of theirs. */
  async comment(body: string, on?: ChangeRow): Promise<void> {
    const { id } = on ?? (await this.current());
    await this.world.sql(
      `INSERT INTO change_note (change_id, author, body, shared, written_at) VALUES (?, 'Change Manager', ?, 1, :now)`,
      id,
      body,
    );
  }

  /** One look at both sides and the work that follows, a second later. */
  async go(runtime: Runtime = this.world.runtime): Promise<void> {
    await this.world.clock.advance(seconds(1));
    await round(runtime);
    await this.world.clock.advance(seconds(5));
  }

  /** The calls that approve or reject, as they came to the provider. */
  answers(): readonly string[] {
    return this.world.provider
      .requests()
      .filter(({ call, path }) => (call === 'approve' || call === 'reject') && path.includes(this.#theirs))
      .map(({ call }) => call ?? '');
  }
}
