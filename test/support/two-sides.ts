import type { ConflictPolicy } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { LaneState } from '../../engine/domain/lane.ts';
import type { Payload, UpdateField } from '../../engine/domain/payload.ts';
import { UPDATE_FIELDS } from '../../engine/domain/payload.ts';
import type { Action } from '../../engine/plan/action.ts';
import type { Fields } from '../../engine/plan/changed-fields.ts';
import { applyMessage, confirmCall, expectCall, refuseCall } from '../../engine/plan/move-shadow.ts';
import { planOutbound } from '../../engine/plan/plan-outbound.ts';
import { contestedFields } from '../../engine/plan/settle-conflict.ts';
import { sortIncoming } from '../../engine/plan/sort-incoming.ts';
import { contract, linkedLane, mapped, rule } from './builders.ts';
import { always } from './expressions.ts';

const SECOND = 1_000;
/** A call that is not answered is given up after this; its effect can come so much later. */
const GIVEN_UP_AFTER = 20 * SECOND;
const LATE_EFFECT_MAX = 60 * SECOND;

/** What becomes of a call: `late` is one that is given up, and has its effect all the same, so much later. */
export type Fate =
  | { readonly kind: 'accepted' | 'refused' | 'lost-request' | 'lost-answer' }
  | { readonly kind: 'late'; readonly afterMs: number };

export interface Edit {
  readonly field: UpdateField;
  readonly value: string | undefined;
}

/**
 * One ticket on two sides, in the real order of time. The provider is a record of which every field has its last
 * writer's value, the client's row another; between them are calls with an uncertain fate and a queue of messages.
 * The client's side moves the shadow as the runtime does.
 */
export class TwoSides {
  readonly #policy: ConflictPolicy;
  readonly #queue: { readonly sentAt: Instant; readonly changed: readonly Edit[] }[] = [];
  readonly #late: { readonly at: Instant; readonly fields: Fields }[] = [];
  #now: Instant = 1_000_000;
  #editedAt: Instant = 0;
  #resendAt: Instant = 0;
  #state: LaneState;
  row: Payload;
  provider: Payload;
  calls = 0;

  constructor(agreed: Payload, policy: ConflictPolicy) {
    this.row = agreed;
    this.provider = agreed;
    this.#policy = policy;
    this.#state = linkedLane({ fields: agreed }).state;
  }

  get shadow(): LaneState['shadow'] {
    return this.#state.shadow;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Time goes on; what was late happens. */
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#late.filter(({ at }) => at <= this.#now);
    for (const { fields } of due) this.provider = { ...this.provider, ...fields };
    this.#late.splice(0, this.#late.length, ...this.#late.filter(({ at }) => at > this.#now));
  }

  clientEdits({ field, value }: Edit): void {
    this.pass(1);
    this.row = withValue(this.row, field, value);
    this.#editedAt = this.#now;
  }

  providerEdits(changed: readonly Edit[]): void {
    this.pass(1);
    for (const { field, value } of changed) this.provider = withValue(this.provider, field, value ?? '');
    this.#queue.push({ sentAt: this.#now, changed });
  }

  /** What would be sent now. */
  plan(): Action | null {
    const plan = planOutbound({
      contract: contract(),
      lane: linkedLane({}, this.#state),
      mapped: mapped(this.row),
      trigger: { kind: 'match', rule: rule('everything', always(true)) },
      ledger: [],
    });
    return plan.kind === 'actions' ? (plan.actions[0] ?? null) : null;
  }

  /** Makes the first call of the plan; the provider's people edit before and after it takes effect. */
  send(fate: Fate, before: readonly Edit[] = [], after: readonly Edit[] = []): void {
    this.pass(1);
    if (this.#now < this.#resendAt) return;
    const action = this.plan();
    if (action?.kind !== 'update') return;
    this.calls += 1;
    const { fields } = action;
    const from = this.#now;
    const known = this.shadow;
    this.#move(expectCall(this.shadow, fields, { from, to: from }));

    if (before.length > 0) this.providerEdits(before);
    this.pass(1);
    if (fate.kind === 'accepted' || fate.kind === 'lost-answer') {
      this.provider = { ...this.provider, ...fields };
    }
    if (after.length > 0) this.providerEdits(after);
    switch (fate.kind) {
      case 'accepted':
        this.#move(confirmCall(this.shadow, fields, { from, to: this.#now }));
        break;
      case 'refused':
        this.#move(refuseCall(this.shadow, fields, known));
        break;
      case 'lost-request':
      case 'lost-answer':
        this.#giveUp();
        break;
      case 'late':
        this.#giveUp();
        this.#late.push({ at: this.#now + Math.min(fate.afterMs, LATE_EFFECT_MAX), fields });
        break;
    }
  }

  #giveUp(): void {
    this.pass(GIVEN_UP_AFTER);
    this.#resendAt = this.#now + LATE_EFFECT_MAX + 1;
  }

  /** Applies the oldest message that waits. */
  deliver(): void {
    this.pass(1);
    const message = this.#queue.shift();
    if (message === undefined) return;
    const { sentAt } = message;
    const before = this.row;
    const incoming = message.changed.map(({ field, value }) => ({
      field,
      value: value ?? '',
      isNews: (value ?? '') !== (before[field] ?? ''),
      policy: this.#policy,
      altered: (value ?? '') === (before[field] ?? '') ? [] : [field],
    }));
    const { write, taken, kept } = sortIncoming(incoming, {
      shadow: this.shadow,
      contested: contestedFields(this.shadow, before, sentAt),
      sentAt,
      editedAt: this.#editedAt,
      ended: false,
    });
    this.row = { ...before, ...write };
    const { outbound } = contract();
    const said = Object.fromEntries(message.changed.map(({ field, value }) => [field, value ?? '']));
    const applied = { outbound, before, after: this.row, said, sentAt, ended: null, taken, kept };
    this.#move(applyMessage(this.shadow, applied));
  }

  /** Everything arrives, nothing is lost any more, nobody edits. False: the two never come to rest. */
  settle(): boolean {
    for (let round = 0; round < 20; round += 1) {
      this.pass(2 * LATE_EFFECT_MAX);
      while (this.waiting > 0) this.deliver();
      if (this.plan() === null) return true;
      this.send({ kind: 'accepted' });
    }
    return false;
  }

  /** The fields in which the two sides differ; nothing and an empty text are the same. */
  differences(): readonly string[] {
    return UPDATE_FIELDS.filter((field) => (this.row[field] ?? '') !== (this.provider[field] ?? '')).map(
      (field) => `${field}: ours "${this.row[field] ?? ''}", theirs "${this.provider[field] ?? ''}"`,
    );
  }

  #move(shadow: LaneState['shadow']): void {
    this.#state = { ...this.#state, shadow };
  }
}

function withValue(payload: Payload, field: UpdateField, value: string | undefined): Payload {
  const result: { -readonly [name in keyof Payload]: string } = { ...payload };
  Reflect.deleteProperty(result, field);
  if (value !== undefined) result[field] = value;
  return result;
}
