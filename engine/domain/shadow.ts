import type { Span } from './instant.ts';
import type { UpdateField } from './payload.ts';

/**
 * What was last agreed with the provider about one ticket. What goes out is the difference between it and the
 * ticket as it is now; it moves when the provider accepts a call, and when a message of the provider's is applied.
 */
export interface Shadow {
  readonly fields: { readonly [field in UpdateField]?: string };
  /** Fields of which the provider's value is not known (an answer was lost, two edits crossed): always sent again. */
  readonly unsure: readonly UpdateField[];
  /** When each field was last sent: begin and end of that call, by the bridge's time. A message sent before is older than our edit. */
  readonly sent: { readonly [field in UpdateField]?: Span };
}

/** What a shadow knows of our calls, before one more is made: if that is refused, it knows that again. */
export type BeforeCall = Pick<Shadow, 'unsure' | 'sent'>;

/** Whether the provider's value is not known. Mostly all are, and nothing is looked for. */
export const isUnsure = ({ unsure }: Pick<Shadow, 'unsure'>, field: UpdateField): boolean =>
  unsure.length > 0 && unsure.includes(field);

export const EMPTY_SHADOW: Shadow = { fields: {}, unsure: [], sent: {} };
