import type { Download, HeldDownload, NewDownload } from '../domain/download.ts';
import type { GivenUpFile } from '../domain/given-up-file.ts';
import type { Instant } from '../domain/instant.ts';
import type { DueSearch } from './ports.ts';

/** Files that are to be fetched, and those that were given up. */
export interface DownloadStore {
  insertDownload(download: NewDownload): Promise<void>;
  /** Those that are due and free for `owner`, the first to expire first. */
  dueDownloads(search: Omit<DueSearch, 'horizon'>): Promise<readonly number[]>;
  /** Takes one into the hands of an instance, as `takeLanes` does: another attempt begins. */
  takeDownload(id: number, owner: string): Promise<HeldDownload | null>;
  /** Locked until the transaction ends; null: it has ended, or is no longer in these hands. */
  heldDownload(held: HeldDownload): Promise<Download | null>;
  /** It is tried again then, by whoever comes first. */
  putOffDownload(held: HeldDownload, dueAt: Instant, reason: string): Promise<void>;
  /** Nothing is to be fetched any more. */
  endDownload(held: HeldDownload): Promise<void>;
  /** Of those that were not given up. */
  nextDownloadAt(): Promise<Instant | null>;
  /** It is given up, and stays for an operator until its address expires. */
  giveUpDownload(held: HeldDownload, at: Instant, reason: string): Promise<void>;
  /** Locked until the transaction ends. */
  download(id: number): Promise<Download | null>;
  /** One that was given up is fetched again. */
  retryDownload(id: number, dueAt: Instant): Promise<void>;
  /** Nobody need decide on one that was given up any more. */
  forgetDownload(id: number): Promise<void>;
  /** Those that were given up, and whose addresses have expired. */
  forgetExpiredDownloads(now: Instant): Promise<void>;
  /** On which an operator may decide, either way: GIVEN_UP_SHOWN_MAX at most, the latest; the oldest of them first. */
  givenUpFiles(now: Instant): Promise<readonly GivenUpFile[]>;
}
