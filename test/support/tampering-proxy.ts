import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../engine/domain/json.ts';
import { queueEntries, withQueueEntries } from '../../engine/wire/read-queue.ts';
import type { Json } from '../../engine/domain/json.ts';

/** A message of the queue as it is on the wire. */
export interface WireEntry extends JsonObject {
  readonly ReceiptHandle: string;
  readonly Body: JsonObject;
  readonly Attributes: JsonObject & { readonly TransactionType: string; readonly SentTimestamp: string };
}

export interface Tampering {
  /** Another message in its place; null: it is lost on the way, and nobody sees it again. */
  readonly message?: (entry: WireEntry) => JsonObject | null;
  /** What is answered to a DELETE instead. */
  readonly deleted?: { readonly status: number; readonly body: JsonObject };
}

/** A provider that does not do what it should: it stands between the engine and the simulator, and changes what comes back. */
export async function startTamperingProxy(
  upstream: string,
  { message, deleted }: Tampering,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const forward = async (request: IncomingMessage): Promise<{ status: number; body: string }> => {
    const body = await text(request);
    const headers = Object.fromEntries(
      ['x-api-key', 'content-type'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const { method = 'GET', url = '/' } = request;
    if (deleted !== undefined && method === 'DELETE')
      return { status: deleted.status, body: JSON.stringify(deleted.body) };
    const answer = await fetch(`${upstream}${url}`, { method, headers, ...(body === '' ? {} : { body }) });
    const given = await answer.text();
    if (message === undefined || method !== 'GET' || !url.endsWith('/queue'))
      return { status: answer.status, body: given };
    const parsed = JSON.parse(given) as Json;
    const kept: JsonObject[] = [];
    for (const entry of (queueEntries(parsed) ?? []) as readonly WireEntry[]) {
      const other = message(entry);
      if (other !== null) kept.push(other);
      else
        await fetch(`${upstream}${url}/${encodeURIComponent(entry.ReceiptHandle)}`, {
          method: 'DELETE',
          headers,
        });
    }
    return { status: answer.status, body: JSON.stringify(withQueueEntries(parsed, kept)) };
  };
  const server: Server = createServer((request, response) => {
    void forward(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
