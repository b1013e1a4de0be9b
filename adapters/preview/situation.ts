import type { JsonObject } from '../../engine/domain/json.ts';

/** A situation as people write it: `schemas/preview/situation.schema.json`, which has been checked. */
export interface WrittenSituation {
  readonly now?: string;
  readonly ticket?: JsonObject;
  readonly change?: JsonObject;
  readonly comments?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly approvals?: readonly JsonObject[];
  readonly ticket_number?: string;
  readonly agreed?: WrittenAgreement;
  readonly receives?: readonly JsonObject[];
  readonly answers?: readonly WrittenAnswer[];
}

export interface WrittenAgreement {
  readonly provider_ticket?: string;
  readonly before?: JsonObject;
  readonly comments?: readonly string[];
  readonly kept_internal?: boolean;
  readonly deleted?: boolean;
}

export type WrittenAnswer =
  'accepted' | 'timeout' | 'unreachable' | { readonly status: number; readonly text: string };

/** Something in a request or a situation file that a person should mend. */
export interface Mistake {
  /** Where, as the request names it: `agreed.before.titel`; empty for the whole. */
  readonly at: string;
  readonly message: string;
}
