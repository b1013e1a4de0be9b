import { minutes, seconds, type Instant } from '../domain/instant.ts';

/** A presigned address that does not say how long it is good is taken to be so for a day (client guide v1.2). */
export const URL_GOOD_MS_DEFAULT = minutes(24 * 60);

/** When the address was signed for the last time it can be asked, as it says itself. */
export function urlExpiresAt(url: URL, receivedAt: Instant): Instant {
  const from = amzDate(url.searchParams.get('X-Amz-Date'));
  const goodFor = wholeNumber(url.searchParams.get('X-Amz-Expires'));
  if (from !== null && goodFor !== null) return from + seconds(goodFor);
  // The older way to sign: seconds since 1970.
  const until = wholeNumber(url.searchParams.get('Expires'));
  return until === null ? receivedAt + URL_GOOD_MS_DEFAULT : seconds(until);
}

/** `20261123T140500Z` */
function amzDate(text: string | null): Instant | null {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text ?? '');
  if (parts === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const wholeNumber = (text: string | null): number | null =>
  text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;

/** The address without its query, which is as good as a key: for people, logs and rules. */
export function withoutSignature(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url === null ? '(no address)' : `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Why nothing is fetched from there; null: it may be. Hosts are names, or `*.` and what they end in. The bridge's own
 * origin always may, by plain http only if that is how the bridge itself is spoken to, on this machine.
 */
export function refusedAddress(address: string, from: readonly string[], bridgeUrl: string): string | null {
  if (!URL.canParse(address)) return 'its address is none';
  const url = new URL(address);
  const bridge = new URL(bridgeUrl);
  if (url.username !== '' || url.password !== '') return 'its address names a user';
  if (url.origin === bridge.origin && (url.protocol === 'https:' || isLoopback(url.hostname))) return null;
  if (url.protocol !== 'https:') return `its address is not https: ${url.protocol}//${url.host}`;
  if (url.hostname === bridge.hostname) return null;
  if (from.some((host) => isMeant(url.hostname, host))) return null;
  return `its host is not one that the contract allows: ${url.host}`;
}

function isMeant(hostname: string, allowed: string): boolean {
  const host = allowed.toLowerCase();
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
