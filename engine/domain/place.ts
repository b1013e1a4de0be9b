/** Where something is written in a contract: a file as the user names it, line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const placeText = (place: Place): string => `${place.file}:${place.line}`;
