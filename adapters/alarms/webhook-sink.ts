import type { Milliseconds } from '../../engine/domain/instant.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { AlarmSink, AlarmTold } from '../../engine/runtime/ports.ts';
import { failureWords } from '../bridge/failure.ts';
import { isLoopback } from '../http/loopback.ts';
import { noticeJson } from './notice-json.ts';

/** The address of the webhook cannot be used. The message never holds it: such an address is as good as a key. */
export class WebhookMisconfigured extends Error {
  override readonly name = 'WebhookMisconfigured';
}

/** For the whole answer. */
const WEBHOOK_MS_MAX = seconds(10);

/**
 * Posts each alarm as JSON. Any 2xx is a yes; redirects are not followed, because they would carry the alarm elsewhere.
 * @throws WebhookMisconfigured unless the address is https, or http on this machine.
 */
export function webhookSink(
  address: string,
  { timeoutMs = WEBHOOK_MS_MAX }: { readonly timeoutMs?: Milliseconds } = {},
): AlarmSink {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1')));
  if (url === null || !isSafe) {
    throw new WebhookMisconfigured(
      'the address of alarms.webhook is neither https nor http on this machine (127.0.0.1, localhost)',
    );
  }
  const send = async (body: string): Promise<AlarmTold> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    // What it says besides is nobody's business, and may be without end.
    await response.body?.cancel();
    if (response.ok) return { kind: 'told' };
    return { kind: 'failed', reason: `${url.host} answered ${response.status}` };
  };
  return {
    name: 'webhook',
    send: (notice) =>
      send(JSON.stringify(noticeJson(notice))).catch((error: unknown): AlarmTold => ({
        kind: 'failed',
        reason: `${url.host}: ${error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : failureWords(error)}`,
      })),
  };
}
