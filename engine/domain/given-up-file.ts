import type { Instant } from './instant.ts';

/** A file that was given up, either way, and on which an operator may decide. */
export interface GivenUpFile {
  readonly kind: 'upload' | 'download';
  readonly id: number;
  readonly laneId: number;
  readonly name: string;
  readonly at: Instant;
  readonly reason: string;
  /** Until when a download can be tried again; null: an upload always can. */
  readonly until: Instant | null;
}

/** How an operator calls it: `upload-12`. */
export const fileName = ({ kind, id }: Pick<GivenUpFile, 'kind' | 'id'>): string => `${kind}-${id}`;

/** Null: it is no such name. */
export function fileNamed(word: string): Pick<GivenUpFile, 'kind' | 'id'> | null {
  const [, kind, id] = /^(upload|download)-(\d{1,15})$/.exec(word) ?? [];
  return kind === undefined ? null : { kind: kind === 'upload' ? 'upload' : 'download', id: Number(id) };
}
