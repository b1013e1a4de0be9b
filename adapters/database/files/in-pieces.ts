import { CONTENT_CHUNK_BYTES } from '../../../engine/domain/limits.ts';

/** The same bytes in pieces of CONTENT_CHUNK_BYTES; the last one is what is left. No more than one piece is in memory. */
export async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(CONTENT_CHUNK_BYTES);
  let filled = 0;
  for await (const part of bytes) {
    let taken = 0;
    while (taken < part.byteLength) {
      const fitting = part.subarray(taken, taken + CONTENT_CHUNK_BYTES - filled);
      piece.set(fitting, filled);
      taken += fitting.byteLength;
      filled += fitting.byteLength;
      if (filled < CONTENT_CHUNK_BYTES) continue;
      yield piece;
      // Whoever has the piece may still be writing it.
      piece = Buffer.allocUnsafe(CONTENT_CHUNK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
