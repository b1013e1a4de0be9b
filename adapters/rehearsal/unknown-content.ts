import type { Files } from '../../engine/runtime/ports.ts';

/** What a situation says of a file is its row: where nobody has put its content, it has one that nobody knows. */
export const unknownContent = (files: Files): Files => ({
  putAside: (...given) => files.putAside(...given),
  drop: (...given) => files.drop(...given),
  dropBefore: (...given) => files.dropBefore(...given),
  read: async (...given) => (await files.read(...given)) ?? { size: 0, bytes: nothing() },
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  // There is nothing to be read.
}
