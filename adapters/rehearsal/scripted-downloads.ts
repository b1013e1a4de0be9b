import type { Downloads } from '../../engine/runtime/ports.ts';
import { refusedAddress } from '../../engine/wire/presigned-url.ts';

/** Zeros are no program and no text: whatever looks at them says nothing of a real file. */
const PART = new Uint8Array(64 * 1024);

/**
 * Files as their messages say they are: nothing is fetched. `sizeOf`: what the message said of the file at that address.
 * @param bridgeHost stands for the bridge's own host, which the settings of a real run say.
 */
export const scriptedDownloads = (
  sizeOf: (url: string) => number | null,
  bridgeHost = 'https://bridge.invalid',
): Downloads => ({
  async open(url, from) {
    const reason = refusedAddress(url, from, bridgeHost);
    if (reason !== null) return { kind: 'refused', reason };
    const size = sizeOf(url) ?? 1;
    return { kind: 'content', size, contentType: null, bytes: zeros(size) };
  },
});

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= PART.byteLength)
    yield PART.subarray(0, Math.min(left, PART.byteLength));
}
