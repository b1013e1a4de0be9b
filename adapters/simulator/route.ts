import { ENVIRONMENTS, type EnvironmentName } from './client-options.ts';

/** What a client may ask for. Ticket numbers are decoded; `receiptHandle` is null when it was not URL-encoded. */
export type Call =
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly ticketNumber: string }
  | { readonly kind: 'notes'; readonly ticketNumber: string }
  | { readonly kind: 'return-number'; readonly ticketNumber: string }
  | { readonly kind: 'approve'; readonly ticketNumber: string }
  | { readonly kind: 'reject'; readonly ticketNumber: string }
  | { readonly kind: 'read-ticket'; readonly ticketNumber: string }
  | { readonly kind: 'attachment-url'; readonly ticketNumber: string; readonly file: string }
  | { readonly kind: 'receive' }
  | { readonly kind: 'delete'; readonly receiptHandle: string | null; readonly rawHandle: string };
export type CallKind = Call['kind'];

export type Route =
  /** There may be no such client; the environment is one of the four. */
  | {
      readonly kind: 'call';
      readonly path: string;
      readonly environment: EnvironmentName;
      readonly call: Call;
    }
  /** A presigned URL: no client's path, and no key. */
  | { readonly kind: 'store'; readonly token: string }
  /** Below a ticket, but nothing that it has. */
  | { readonly kind: 'bad-path'; readonly path: string; readonly environment: EnvironmentName }
  /** Wrong method, path or case. */
  | { readonly kind: 'no-such-route' }
  /** The base URL is wrong. */
  | { readonly kind: 'no-such-environment' };

/**
 * Reads method and path as they came, case-sensitively. A receipt handle whose slashes are not encoded makes more
 * segments than any route has, so it ends as `no-such-route`, as at a real gateway; one that is only partly encoded
 * (a raw `+` or `=`) arrives, but not whole.
 */
export function readRoute(method: string, rawPath: string): Route {
  const stored = /^\/_store\/([^/?]+)\/[^/?]+(?:\?|$)/.exec(rawPath);
  if (stored?.[1] !== undefined && method === 'PUT') return { kind: 'store', token: stored[1] };
  const [start, path, environmentText, ...segments] = (rawPath.split('?')[0] ?? '').split('/');
  if (start !== '' || path === undefined || environmentText === undefined) return { kind: 'no-such-route' };
  const environment = ENVIRONMENTS.find((name) => name === environmentText);
  if (environment === undefined) return { kind: 'no-such-environment' };
  const call = readCall(method, environment, segments);
  if (call === 'bad-path') return { kind: 'bad-path', path, environment };
  return call === null ? { kind: 'no-such-route' } : { kind: 'call', path, environment, call };
}

function readCall(
  method: string,
  environment: EnvironmentName,
  [resource, id, action, file, ...more]: readonly string[],
): Call | 'bad-path' | null {
  if (more.length > 0 || id === '') return null;
  if (file !== undefined) {
    const isAttachment = resource === 'tickets' && action === 'attachments' && method === 'GET';
    return isAttachment && id !== undefined
      ? { kind: 'attachment-url', ticketNumber: decode(id) ?? id, file }
      : null;
  }
  if (resource === 'queue' && environment !== 'echo' && action === undefined) {
    if (id === undefined) return method === 'GET' ? { kind: 'receive' } : null;
    return method === 'DELETE' ? { kind: 'delete', receiptHandle: readHandle(id), rawHandle: id } : null;
  }
  if (resource !== 'tickets') return null;
  if (id === undefined) return method === 'POST' ? { kind: 'create' } : null;
  const ticketNumber = decode(id) ?? id;
  if (action === undefined) {
    if (method === 'PUT') return { kind: 'update', ticketNumber };
    // A ticket can be read back in dev only.
    return method === 'GET' && environment === 'dev' ? { kind: 'read-ticket', ticketNumber } : null;
  }
  // The client guide says PUT, the API pages once POST.
  if ((action === 'approve' || action === 'reject') && (method === 'PUT' || method === 'POST'))
    return { kind: action, ticketNumber };
  if (method !== 'PUT') return null;
  if (action === 'notes') return { kind: 'notes', ticketNumber };
  if (action === 'returnptn') return { kind: 'return-number', ticketNumber };
  return 'bad-path';
}

const readHandle = (segment: string): string | null => (/[+=]/.test(segment) ? null : decode(segment));

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
