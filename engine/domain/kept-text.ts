/**
 * A text of the provider's that its column does not take as it is. What is stored, and what is missing there, are together
 * what the provider said: so nothing of it is lost, and what is stored is no edit of ours.
 */
export interface KeptText {
  /** As the column has it. */
  readonly stored: string;
  /** What stands behind the head that is stored; null: nothing was cut. */
  readonly rest: string | null;
  /** Characters that the column lacks are written by their numbers. */
  readonly replaced: boolean;
}

/** By the ticket's fields. */
export type KeptTexts = Readonly<Record<string, KeptText>>;
