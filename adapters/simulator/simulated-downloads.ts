import type { Downloads, Opened } from '../../engine/runtime/ports.ts';
import { refusedAddress } from '../../engine/wire/presigned-url.ts';
import { OFFER_HOST, OFFER_PATH, partsOf } from './offered-files.ts';
import type { Provider } from './provider.ts';

/** What goes wrong with one download. */
export type DownloadFault =
  | { readonly kind: 'failed'; readonly reason: string }
  /** The connection breaks after so many bytes. */
  | { readonly kind: 'cut'; readonly after: number }
  /** After so many bytes the server ends it as if that were all, and does not say how many there are. */
  | { readonly kind: 'short'; readonly after: number };

export interface SimulatedDownloadsOptions {
  /** Asked of each download before it begins. */
  readonly chooseFault?: (url: string) => DownloadFault | null;
  /** Time passing while it is asked for. Default: none. */
  readonly sleep?: () => Promise<void>;
}

/** The in-process twin of the HTTP downloads: the files that the provider's people have attached, no network. */
export const simulatedDownloads = (
  provider: Provider,
  { chooseFault, sleep }: SimulatedDownloadsOptions = {},
): Downloads => ({
  async open(url, from): Promise<Opened> {
    const refusal = refusedAddress(url, from, OFFER_HOST);
    if (refusal !== null) return { kind: 'refused', reason: refusal };
    await sleep?.();
    const fault = chooseFault?.(url) ?? null;
    if (fault?.kind === 'failed') return fault;
    const { pathname, origin } = new URL(url);
    const token = pathname.startsWith(`${OFFER_PATH}/`) ? pathname.split('/')[2] : undefined;
    const served =
      token === undefined || origin !== OFFER_HOST
        ? ({ kind: 'unknown' } as const)
        : provider.offeredFile(token);
    if (served.kind === 'expired') return { kind: 'expired' };
    if (served.kind === 'unknown') return { kind: 'failed', reason: 'its server answered 404 (NoSuchKey)' };
    const { content, size, type } = served.file;
    return {
      kind: 'content',
      size: fault?.kind === 'short' ? null : size,
      contentType: type,
      bytes: fault === null ? streamed(partsOf(content)) : cutAfter(partsOf(content), fault),
    };
  },
});

async function* streamed(parts: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* cutAfter(
  parts: Iterable<Uint8Array>,
  { kind, after }: Exclude<DownloadFault, { readonly kind: 'failed' }>,
): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for (const part of parts) {
    if (passed + part.byteLength > after) {
      yield part.subarray(0, after - passed);
      if (kind === 'short') return;
      throw new Error('the connection broke: reset by the provider');
    }
    passed += part.byteLength;
    yield part;
  }
}
