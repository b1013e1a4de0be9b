import type { Instant } from '../domain/instant.ts';

/** A file that is to be attached to a ticket. */
export interface AttachedFile {
  /** Safe as a file's name (`safeFileName`). */
  readonly name: string;
  readonly contentType: string | null;
  /** Bytes. */
  readonly size: number;
  /** Where its content was put aside. */
  readonly content: ContentId;
}

/**
 * Names content that was put aside. The id is unique for ever, and a try at getting the content has a number of its own:
 * what a process that was thought dead still writes is told from what its successor does.
 */
export interface ContentId {
  readonly id: string;
  readonly attempt: number;
  /** Whose it is going to be: says where it is to be put. */
  readonly ticketKey: string;
}

/** The content of attachments, as a stream: no file is ever in memory as a whole. */
export interface Files {
  /**
   * Puts content aside, until a row takes it (`insertAttachment`). What earlier attempts have left is dropped first. Rejects
   * with what the stream rejects with; with DatabaseUnavailable or FilesUnavailable when it cannot be kept just now.
   */
  putAside(content: ContentId, bytes: AsyncIterable<Uint8Array>, now: Instant): Promise<void>;
  /** Drops what was put aside under this id, by this attempt and earlier ones, and not taken by a row. */
  drop(content: ContentId): Promise<void>;
  /** Drops everything that was put aside before and is still not a row's: nobody is going to come for it. */
  dropBefore(before: Instant): Promise<void>;
  /**
   * The content of an attachment, from its column or, where there is none, from the directory. Null: the row is gone, or has
   * no content. Rejects with DatabaseUnavailable or FilesUnavailable; so does the stream.
   */
  read(ticketKey: string, attachmentKey: string): Promise<Content | null>;
}

export interface Content {
  /** Bytes, counted. */
  readonly size: number;
  /** In pieces of CONTENT_CHUNK_BYTES at most. To be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The directory of attachments cannot be worked with just now: not there, no right, full. */
export class FilesUnavailable extends Error {
  override readonly name = 'FilesUnavailable';
}
