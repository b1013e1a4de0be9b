import { createHash } from 'node:crypto';
import type { FileBytes } from './file-store.ts';
import { FILE_HEAD_BYTES } from './limits.ts';

/** Reads a file to its end and keeps its measure. */
export async function measureFile(bytes: AsyncIterable<Uint8Array>): Promise<FileBytes> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.byteLength;
    if (head.length < FILE_HEAD_BYTES) {
      head = Buffer.concat([head, chunk.subarray(0, FILE_HEAD_BYTES - head.length)]);
    }
  }
  return { size, sha256: hash.digest('hex'), head: head.toString('base64') };
}

/** Whether a request's body is one that was measured. */
export const isFile = (body: unknown): body is FileBytes =>
  typeof body === 'object' && body !== null && 'sha256' in body;
