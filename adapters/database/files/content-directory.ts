import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Instant } from '../../../engine/domain/instant.ts';
import { CONTENT_CHUNK_BYTES } from '../../../engine/domain/limits.ts';
import { FilesUnavailable, type Content, type ContentId } from '../../../engine/runtime/ports.ts';

/** What is put aside begins so, and ends so: nobody else's files do. */
const ASIDE = '.bridgehead-';
const PART = '.part';

/**
 * A directory of files: what is put aside lies under a name of its own, is on the disk before anything names it, and gets its
 * name at once (`rename`). So a reader finds a whole file or none, whenever the power fails.
 */
export class ContentDirectory {
  readonly #directory: string;
  readonly #contract: string;

  constructor(directory: string, contract: string) {
    this.#directory = path.resolve(directory);
    this.#contract = contract;
  }

  /** A writer for the pieces in their order; `end` comes once all are there. What earlier attempts have left is dropped. */
  async begin(content: ContentId): Promise<DirectoryWriter> {
    return inWords(async () => {
      await mkdir(this.#directory, { recursive: true });
      await this.#dropNames((name) => this.#isOf(name, content));
      const file = await open(this.#aside(content), 'w', 0o640);
      return {
        write: (piece) =>
          inWords(async () => {
            let written = 0;
            while (written < piece.byteLength)
              written += (await file.write(piece, written, piece.byteLength - written)).bytesWritten;
          }),
        end: () => inWords(() => file.sync()),
        close: () => file.close(),
      };
    });
  }

  /** The name that content is going to have in the directory. */
  nameOf({ id }: ContentId, name: string): string {
    return `${id}-${name}`;
  }

  /** What was put aside gets its name. Done once or several times, it ends the same. */
  async take(content: ContentId, name: string): Promise<void> {
    await inWords(async () => {
      const target = path.join(this.#directory, name);
      try {
        await rename(this.#aside(content), target);
      } catch (error) {
        // The transaction is run again: it has its name already.
        if (codeOf(error) !== 'ENOENT') throw error;
        await access(target);
      }
      await this.#sync();
    });
  }

  async drop(content: ContentId): Promise<void> {
    await inWords(() => this.#dropNames((name) => this.#isOf(name, content)));
  }

  async dropBefore(before: Instant): Promise<void> {
    await inWords(() =>
      this.#dropNames(
        async (name) =>
          name.startsWith(this.#prefix) &&
          name.endsWith(PART) &&
          (await stat(path.join(this.#directory, name))).mtimeMs < before,
      ),
    );
  }

  /** Null: there is no such file. A name that leads out of the directory is none. */
  async read(name: string): Promise<Content | null> {
    return inWords(async () => {
      const file = path.resolve(this.#directory, name);
      try {
        const [real, root] = await Promise.all([realpath(file), realpath(this.#directory)]);
        if (!real.startsWith(root + path.sep)) return null;
        const { size } = await stat(real);
        return { size, bytes: streamed(real) };
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
        throw error;
      }
    });
  }

  get #prefix(): string {
    return `${ASIDE}${this.#contract}-`;
  }

  #aside({ id, attempt }: ContentId): string {
    return path.join(this.#directory, `${this.#prefix}${id}-${attempt}${PART}`);
  }

  /** Of this content, by this attempt or an earlier one. */
  #isOf(name: string, { id, attempt }: ContentId): boolean {
    const prefix = `${this.#prefix}${id}-`;
    if (!name.startsWith(prefix) || !name.endsWith(PART)) return false;
    return Number(name.slice(prefix.length, -PART.length)) <= attempt;
  }

  async #dropNames(isMeant: (name: string) => boolean | Promise<boolean>): Promise<void> {
    let names: readonly string[];
    try {
      names = await readdir(this.#directory);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    for (const name of names)
      if (await isMeant(name)) await rm(path.join(this.#directory, name), { force: true });
  }

  /** A name is on the disk once its directory is. */
  async #sync(): Promise<void> {
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

export interface DirectoryWriter {
  write(piece: Buffer): Promise<void>;
  /** Everything is on the disk. */
  end(): Promise<void>;
  close(): Promise<void>;
}

async function* streamed(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of createReadStream(file, { highWaterMark: CONTENT_CHUNK_BYTES }))
      yield part as Uint8Array;
  } catch (error) {
    throw inOtherWords(error);
  }
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inOtherWords(error);
  }
}

function inOtherWords(error: unknown): unknown {
  const code = codeOf(error);
  if (code === null || !(error instanceof Error)) return error;
  return new FilesUnavailable(`the directory of attachments cannot be worked with: ${error.message}`, {
    cause: error,
  });
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
