import type { Instant } from '../../../engine/domain/instant.ts';
import type { ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { ItsmRefused, type AttachedFile, type ContentId, type Files } from '../../../engine/runtime/ports.ts';
import { inPieces } from '../files/in-pieces.ts';
import { ownKeyOfChange } from '../itsm/joined-itsm.ts';
import type { UndoLog } from './undo-log.ts';

interface Aside {
  readonly content: ContentId;
  readonly at: Instant;
  readonly pieces: readonly Uint8Array[];
  readonly size: number;
}

interface Kept {
  readonly pieces: readonly Uint8Array[];
  readonly size: number;
}

/** The in-memory twin of `openFiles`: what is put aside belongs to no transaction, what a row has taken does. */
export class SimulatedFiles implements Files {
  readonly #undo: UndoLog;
  readonly #itsm: ItsmDescription;
  readonly #aside = new Map<string, Aside>();
  readonly #kept = new Map<string, Kept>();

  constructor(undo: UndoLog, itsm: ItsmDescription) {
    this.#undo = undo;
    this.#itsm = itsm;
  }

  async putAside(content: ContentId, bytes: AsyncIterable<Uint8Array>, now: Instant): Promise<void> {
    const isChange = ownKeyOfChange(content.ticketKey) !== null;
    const table = isChange ? this.#itsm.changeRequests?.attachments : this.#itsm.attachments;
    if (table == null) throw new Error('this contract describes no attachments');
    await this.drop(content);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of inPieces(bytes)) {
      pieces.push(piece);
      size += piece.byteLength;
    }
    this.#aside.set(nameOf(content), { content, at: now, pieces, size });
  }

  async drop({ id, attempt }: ContentId): Promise<void> {
    for (const [name, { content }] of this.#aside)
      if (content.id === id && content.attempt <= attempt) this.#aside.delete(name);
  }

  async dropBefore(before: Instant): Promise<void> {
    for (const [name, { at }] of this.#aside) if (at < before) this.#aside.delete(name);
  }

  async read(ticketKey: string, attachmentKey: string): ReturnType<Files['read']> {
    const kept = this.#kept.get(rowName(ownKeyOfChange(ticketKey) !== null, attachmentKey));
    return kept === undefined ? null : { size: kept.size, bytes: streamed(kept.pieces) };
  }

  /** In the transaction of the new row. */
  take(isOfChanges: boolean, row: string, { content, size }: AttachedFile): void {
    const aside = this.#aside.get(nameOf(content));
    if (aside?.size !== size) {
      const found = aside === undefined ? 'nothing was put aside' : `${aside.size} bytes were put aside`;
      throw new ItsmRefused(`the content does not have ${size} bytes: ${found}`);
    }
    this.put(isOfChanges, row, aside.pieces);
    this.#undo.delete(this.#aside, nameOf(content));
  }

  /** The content of a row that people have made. */
  put(isOfChanges: boolean, row: string, pieces: readonly Uint8Array[]): void {
    const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    this.#undo.set(this.#kept, rowName(isOfChanges, row), { pieces, size });
  }

  /** Its row is gone, and what it held. */
  delete(isOfChanges: boolean, row: string): void {
    this.#undo.delete(this.#kept, rowName(isOfChanges, row));
  }

  /** What was put aside and no row has taken, and nobody has dropped. */
  get asideCount(): number {
    return this.#aside.size;
  }
}

const nameOf = ({ id, attempt }: ContentId): string => `${id}-${attempt}`;
const rowName = (isOfChanges: boolean, row: string): string => `${isOfChanges ? 'change' : 'ticket'}:${row}`;

async function* streamed(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
