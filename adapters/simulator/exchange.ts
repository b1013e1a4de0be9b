import type { Milliseconds } from '../../engine/domain/instant.ts';
import { answer, type ProviderAnswer } from './answers.ts';
import type { Fault, Silence } from './faults.ts';
import type { ProviderRequest } from './gateway.ts';
import type { Provider } from './provider.ts';

/** How a request ended on the provider's side, faults included. */
export type Exchange =
  | { readonly kind: 'answer'; readonly answer: ProviderAnswer; readonly requestId: number | null }
  | { readonly kind: 'silence'; readonly how: Silence };

/**
 * Puts a request to the provider with a fault on the way, or none. `requestId` is there when the provider did
 * something that its client ought to hear of: whoever fails to deliver the answer tells `provider.answerLost`.
 */
export async function exchange(
  provider: Provider,
  request: ProviderRequest,
  fault: Fault | null,
  sleep: (ms: Milliseconds) => Promise<void>,
): Promise<Exchange> {
  switch (fault?.kind) {
    case undefined:
      return answered(provider, request, null);
    case 'delay': {
      if (fault.effect === 'late') {
        await sleep(fault.ms);
        return answered(provider, request, fault);
      }
      const result = answered(provider, request, fault);
      await sleep(fault.ms);
      return result;
    }
    case 'drop-request':
      provider.recordLost(request, fault.kind, null);
      return { kind: 'silence', how: fault.how ?? 'reset' };
    case 'drop-answer': {
      provider.answerLost(provider.handle(request, fault.kind).requestId);
      return { kind: 'silence', how: fault.how ?? 'reset' };
    }
    case 'status': {
      const instead = faultyAnswer(fault);
      if (fault.effect === true) {
        provider.answerLost(provider.handle(request, fault.kind).requestId, instead);
      } else {
        provider.recordLost(request, fault.kind, instead);
      }
      return { kind: 'answer', answer: instead, requestId: null };
    }
  }
}

function answered(provider: Provider, request: ProviderRequest, fault: Fault | null): Exchange {
  const { requestId, ...given } = provider.handle(request, fault?.kind ?? null);
  return { kind: 'answer', answer: given, requestId };
}

/** The gateway's usual words, unless the fault has its own. */
function faultyAnswer(fault: Fault & { kind: 'status' }): ProviderAnswer {
  const words = fault.status === 429 ? 'Too Many Requests' : 'Internal server error';
  const given = answer(fault.status, fault.body ?? { message: words });
  return fault.retryAfterSeconds === undefined
    ? given
    : { ...given, headers: { 'retry-after': String(fault.retryAfterSeconds) } };
}
