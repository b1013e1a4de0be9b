import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/database/open-database.ts';
import { simulatedDatabase } from '../../../adapters/database/simulated/simulated-database.ts';
import type { AttachmentTable, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { CONTENT_CHUNK_BYTES } from '../../../engine/domain/limits.ts';
import {
  FilesUnavailable,
  type AttachedFile,
  type ContentId,
  type Database,
  type Files,
} from '../../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { acmeItsm } from '../../support/sample-itsm.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

/** Bytes of every value, zeros and what is no text among them; in parts of odd lengths. */
const someBytes = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  return bytes;
};

async function* inParts(bytes: Buffer, part = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += part) yield bytes.subarray(at, at + part);
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Opened extends Database {
  readonly files: Files;
}

/** A file is put aside and attached, as a download does it. */
async function attach(
  database: Opened,
  bytes: Buffer,
  file: Partial<AttachedFile> = {},
  ticketKey = '1',
): Promise<string> {
  const content: ContentId = { id: randomUUID(), attempt: 1, ticketKey };
  await database.files.putAside(content, inParts(bytes), NOW);
  const attached = { name: 'plan.pdf', contentType: 'application/pdf', size: bytes.length, content, ...file };
  return database.transaction(({ itsm }) =>
    itsm.insertAttachment(ticketKey, attached, { public: true }, NOW),
  );
}

async function contentOf({ files }: Opened, key: string, ticketKey = '1'): Promise<Buffer | null> {
  const content = await files.read(ticketKey, key);
  if (content === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of content.bytes) {
    expect(piece.byteLength).toBeLessThanOrEqual(CONTENT_CHUNK_BYTES);
    pieces.push(piece);
  }
  const whole = Buffer.concat(pieces);
  expect(content.size).toBe(whole.length);
  return whole;
}

const SIZES = [0, 1, CONTENT_CHUNK_BYTES - 1, CONTENT_CHUNK_BYTES, 3 * CONTENT_CHUNK_BYTES + 17];

const described = ({ attachments }: ItsmDescription): AttachmentTable => {
  if (attachments === null) throw new Error('no attachments are described');
  return attachments;
};

describe.each(['SQLite', 'MariaDB'] as const)('the attachments of Acme on %s', (kind) => {
  let sample: SampleDatabase;
  let folder: string;
  let opened: OpenDatabase[] = [];
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
    folder = mkdtempSync(path.join(tmpdir(), 'bridgehead-files-'));
    opened = [];
    return async () => {
      for (const one of opened) await one.close();
      await sample.end();
      rmSync(folder, { recursive: true, force: true });
    };
  });

  /** The same tables, where the content lies elsewhere. The directory's column is one that the sample uses otherwise. */
  const openWith = (content: AttachmentTable['content']): Opened => {
    const attachments: AttachmentTable = { ...described(sample.itsm), content };
    const description: ItsmDescription = { ...sample.itsm, attachments };
    const database = openDatabase({
      contract: 'acme',
      itsm: description,
      connection: sample.connection,
      directories: { tickets: folder, changes: null },
    });
    opened.push(database);
    return database;
  };
  const inDirectory = { path: { text: '', place: acmeItsm.tickets.place }, column: 'stored_as' };

  test('are rows of the ticket with what a file is, in order, and without their content', async () => {
    await attach(sample.database, someBytes(10), { name: 'one.png', contentType: 'image/png' });
    await attach(sample.database, someBytes(20), { name: 'two.bin', contentType: null });
    const ticket = await sample.database.transaction(({ itsm }) => itsm.ticket('1', true));
    expect(ticket?.attachments).toMatchObject([
      { key: '1', name: 'one.png', contentType: 'image/png', size: 10, fields: { public: true } },
      { key: '2', name: 'two.bin', contentType: null, size: 20 },
    ]);
    const other = await sample.database.transaction(({ itsm }) => itsm.ticket('2', false));
    expect(other?.attachments).toEqual([]);
  });

  test('a new one is found as a change of its ticket', async () => {
    await attach(sample.database, someBytes(10));
    const source = sample.itsm.changes.find(({ table }) => table === 'attachments');
    if (source === undefined) throw new Error('attachments are not watched');
    const rows = await sample.database.transaction(({ itsm }) =>
      itsm.changedRows(source, NOW - 1000, NOW, null, 10),
    );
    expect(rows).toMatchObject([{ ticketKey: '1', rowKey: '1' }]);
  });

  test('content of every length comes back from the column as it was', async () => {
    for (const bytes of SIZES.map(someBytes)) {
      const key = await attach(sample.database, bytes);
      expect(hash((await contentOf(sample.database, key)) ?? Buffer.alloc(1))).toBe(hash(bytes));
    }
    expect(await sample.knex(sample.engineTable('bh_chunks'))).toEqual([]);
  });

  test('content of every length comes back from a directory as it was', async () => {
    await sample.knex.raw('ALTER TABLE attachments ADD COLUMN stored_as varchar(300)');
    const database = openWith({ column: null, directory: inDirectory });
    for (const bytes of SIZES.map(someBytes)) {
      const key = await attach(database, bytes);
      expect(hash((await contentOf(database, key)) ?? Buffer.alloc(1))).toBe(hash(bytes));
    }
    const names = readdirSync(folder);
    expect(names.every((name) => /^[0-9a-f-]{36}-plan\.pdf$/.test(name))).toBe(true);
    const rows = await sample.knex('attachments').select('stored_as', 'content');
    expect(rows.map(({ stored_as: name }) => name as string).sort()).toEqual(names.sort());
    expect(rows.every(({ content }) => content === null)).toBe(true);
  });

  test('both hold it where both are named', async () => {
    await sample.knex.raw('ALTER TABLE attachments ADD COLUMN stored_as varchar(300)');
    const database = openWith({ column: 'content', directory: inDirectory });
    const bytes = someBytes(100_000);
    const key = await attach(database, bytes);
    expect(await contentOf(database, key)).toEqual(bytes);
    await sample.knex('attachments').update({ content: null });
    expect(await contentOf(database, key)).toEqual(bytes);
  });

  test('a transaction that fails leaves no row and no file, and what was put aside can still be taken', async () => {
    await sample.knex.raw('ALTER TABLE attachments ADD COLUMN stored_as varchar(300)');
    const database = openWith({ column: 'content', directory: inDirectory });
    const bytes = someBytes(CONTENT_CHUNK_BYTES + 5);
    const content: ContentId = { id: randomUUID(), attempt: 1, ticketKey: '1' };
    await database.files.putAside(content, inParts(bytes), NOW);
    const file = { name: 'a.bin', contentType: null, size: bytes.length, content };
    const failed = database.transaction(async ({ itsm }) => {
      await itsm.insertAttachment('1', file, {}, NOW);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await sample.knex('attachments')).toEqual([]);
    const key = await database.transaction(({ itsm }) => itsm.insertAttachment('1', file, {}, NOW));
    expect(await contentOf(database, key)).toEqual(bytes);
  });

  test('what is put aside again takes the place of an earlier attempt, and what is dropped is gone', async () => {
    await sample.knex.raw('ALTER TABLE attachments ADD COLUMN stored_as varchar(300)');
    const database = openWith({ column: 'content', directory: inDirectory });
    const id = randomUUID();
    const attempt = (number: number): ContentId => ({ id, attempt: number, ticketKey: '1' });
    await database.files.putAside(attempt(1), inParts(someBytes(10)), NOW);
    await database.files.putAside(attempt(2), inParts(someBytes(20)), NOW);
    const chunks = () => sample.knex(sample.engineTable('bh_chunks'));
    expect(await chunks()).toMatchObject([{ attempt: 2 }]);
    expect(readdirSync(folder)).toEqual([`.bridgehead-acme-${id}-2.part`]);
    // A later attempt is not touched by who gave up an earlier one.
    await database.files.drop(attempt(1));
    expect(await chunks()).toHaveLength(1);
    await database.files.dropBefore(NOW + 1);
    expect(await chunks()).toEqual([]);
    await database.files.drop(attempt(2));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a path that leads out of the directory is no file of it', async () => {
    await sample.knex.raw('ALTER TABLE attachments ADD COLUMN stored_as varchar(300)');
    const database = openWith({ column: null, directory: inDirectory });
    const key = await attach(database, someBytes(10));
    const outside = path.join(folder, '..', `${path.basename(folder)}-outside`);
    writeFileSync(outside, 'secret');
    symlinkSync(outside, path.join(folder, 'link'));
    for (const stored of [`../${path.basename(outside)}`, outside, 'link', '..', '', 'missing']) {
      await sample.knex('attachments').update({ stored_as: stored });
      expect(await database.files.read('1', key), stored).toBeNull();
    }
    rmSync(outside);
  });

  test('a stream that breaks leaves nothing that a row could take', async () => {
    const content: ContentId = { id: randomUUID(), attempt: 1, ticketKey: '1' };
    const breaking = async function* (): AsyncGenerator<Uint8Array> {
      yield someBytes(10);
      throw new Error('cut off');
    };
    await expect(sample.database.files.putAside(content, breaking(), NOW)).rejects.toThrow('cut off');
    const file = { name: 'a.bin', contentType: null, size: 20, content };
    const stored = sample.database.transaction(({ itsm }) => itsm.insertAttachment('1', file, {}, NOW));
    await expect(stored).rejects.toThrow('does not take 20 bytes');
    expect(await sample.knex('attachments')).toEqual([]);
  });

  test('a directory that cannot be made is said to be unavailable', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const database = openDatabase({
      contract: 'acme',
      itsm: {
        ...sample.itsm,
        attachments: {
          ...described(sample.itsm),
          content: { column: null, directory: inDirectory },
        },
      },
      connection: sample.connection,
      directories: { tickets: path.join(folder, 'file', 'below'), changes: null },
    });
    const content: ContentId = { id: randomUUID(), attempt: 1, ticketKey: '1' };
    await expect(database.files.putAside(content, inParts(someBytes(1)), NOW)).rejects.toBeInstanceOf(
      FilesUnavailable,
    );
    await database.close();
  });

  test('the simulated twin tells the same', async () => {
    const twin = simulatedDatabase(sample.itsm);
    const seen = await sample.database.transaction(({ itsm }) => itsm.ticket('1', false));
    if (seen === null) throw new Error('no ticket 1');
    await twin.putTicket(seen, NOW);
    for (const database of [sample.database, twin]) {
      await attach(database, someBytes(33), { name: 'one.png', contentType: 'image/png' });
      await attach(database, someBytes(CONTENT_CHUNK_BYTES + 1));
    }
    const read = (database: Opened) => database.transaction(({ itsm }) => itsm.ticket('1', false));
    expect((await read(twin))?.attachments).toEqual((await read(sample.database))?.attachments);
    expect(await contentOf(twin, '2')).toEqual(await contentOf(sample.database, '2'));
  });
});

describe('a file that is longer than the server takes at once', () => {
  test('is refused by MariaDB in words that say what to change, and leaves no row', async () => {
    const sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
    try {
      const bytes = someBytes(65 * 1024 * 1024);
      await expect(attach(sample.database, bytes)).rejects.toThrow(/max_allowed_packet is smaller/);
      expect(await sample.knex('attachments')).toEqual([]);
    } finally {
      await sample.end();
    }
  });
});
