import {
  DOWNLOAD_MS_MAX,
  DOWNLOAD_REDIRECTS_MAX,
  DOWNLOAD_SILENCE_MS_MAX,
} from '../../engine/domain/limits.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Downloads, Opened } from '../../engine/runtime/ports.ts';
import { refusedAddress, withoutSignature } from '../../engine/wire/presigned-url.ts';
import { Patience } from './patience.ts';

export interface HttpDownloadsOptions {
  /** The bridge's base URL: its own host is always one that files come from. Its key never leaves for there. */
  readonly bridgeUrl: string;
  /** How long a server may be silent. Default DOWNLOAD_SILENCE_MS_MAX. */
  readonly silenceMsMax?: Milliseconds;
  /** How long a file may take. Default DOWNLOAD_MS_MAX. */
  readonly totalMsMax?: Milliseconds;
}

/** Of an answer that is no file, no more is read than tells why. */
const ERROR_BYTES_MAX = 4096;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches by HTTP, as a stream. Nothing is sent but the address: no key, no cookie. A redirect is followed to a host that the
 * contract allows, and nowhere else.
 */
export function httpDownloads({
  bridgeUrl,
  silenceMsMax = DOWNLOAD_SILENCE_MS_MAX,
  totalMsMax = DOWNLOAD_MS_MAX,
}: HttpDownloadsOptions): Downloads {
  return {
    async open(address, from, signal) {
      const patience = new Patience(signal, silenceMsMax, totalMsMax);
      const end = (opened: Opened): Opened => {
        patience.end();
        return opened;
      };
      let url = address;
      for (let hops = 0; hops <= DOWNLOAD_REDIRECTS_MAX; hops += 1) {
        const refusal = refusedAddress(url, from, bridgeUrl);
        if (refusal !== null)
          return end({ kind: 'refused', reason: hops === 0 ? refusal : `it was redirected, and ${refusal}` });
        let response: Response;
        try {
          response = await fetch(url, {
            redirect: 'manual',
            signal: patience.signal,
            headers: { 'accept-encoding': 'identity', accept: '*/*' },
          });
          patience.heard();
        } catch (error) {
          return end({ kind: 'failed', reason: patience.reason ?? wordsOf(error, url) });
        }
        const location = response.headers.get('location');
        if (REDIRECTS.has(response.status) && location !== null) {
          await response.body?.cancel();
          if (!URL.canParse(location, url))
            return end({ kind: 'failed', reason: 'it was redirected nowhere' });
          url = new URL(location, url).href;
          continue;
        }
        if (response.status === 200) return content(response, patience);
        return end(await notAFile(response));
      }
      return end({ kind: 'refused', reason: `it was redirected more than ${DOWNLOAD_REDIRECTS_MAX} times` });
    },
  };
}

function content(response: Response, patience: Patience): Opened {
  const { headers, body } = response;
  const length = headers.get('content-length');
  // What is unpacked on the way has another length than the server says.
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return {
    kind: 'content',
    size: length !== null && isPlain && /^\d{1,15}$/.test(length) ? Number(length) : null,
    contentType: plainType(headers.get('content-type')),
    bytes: streamed(body, patience),
  };
}

async function* streamed(
  body: ReadableStream<Uint8Array> | null,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  try {
    if (body === null) return;
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      // Whoever takes the bytes may be slow: only the server's silence counts.
      patience.pause();
      yield part;
      patience.heard();
    }
  } catch (error) {
    throw new Error(patience.reason ?? `the connection broke: ${wordsOf(error, '')}`, { cause: error });
  } finally {
    patience.end();
  }
}

async function notAFile(response: Response): Promise<Opened> {
  const text = await beginningOf(response);
  // S3's own words (client guide v1.2), and those of addresses that were signed by a token.
  if (/Request has expired|ExpiredToken/.test(text)) return { kind: 'expired' };
  const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(text)?.[1];
  return {
    kind: 'failed',
    reason: `its server answered ${response.status}${code === undefined ? '' : ` (${code})`}`,
  };
}

async function beginningOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      parts.push(part);
      size += part.byteLength;
      if (size >= ERROR_BYTES_MAX) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(parts).subarray(0, ERROR_BYTES_MAX).toString('utf8');
}

const plainType = (header: string | null): string | null => {
  const [type = ''] = (header ?? '').split(';');
  const plain = type.trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/.test(plain) ? plain : null;
};

/** An error's words without the address, whose query is as good as a key. */
function wordsOf(error: unknown, url: string): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message || cause.name : String(cause);
  return url === '' ? words : words.replaceAll(url, withoutSignature(url));
}
