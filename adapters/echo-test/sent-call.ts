import type { FileToPut } from '../../engine/runtime/ports.ts';
import type { BridgeAnswer } from '../../engine/wire/exchange.ts';
import { withoutSignature } from '../../engine/wire/presigned-url.ts';
import { readAnswer } from '../../engine/wire/read-answer.ts';
import { readStored } from '../../engine/wire/read-stored.ts';
import { callOf } from '../../engine/wire/requests.ts';
import type { MadeCall } from './echo-wire.ts';
import type { SentCall } from './report.ts';

/** A call for the report. */
export function sentCall(kind: string, { request, at, ms, answer }: MadeCall): SentCall {
  const read = readAnswer(callOf(request), answer);
  return {
    kind,
    call: `${request.method} ${request.path}`,
    at,
    ms,
    answer: answerText(
      answer,
      read.kind === 'accepted' ? (read.providerTicket ?? 'accepted') : read.kind === 'error' ? read.text : '',
    ),
    accepted: read.kind === 'accepted',
  };
}

/** A file that was put, for the report; without what makes its address a key. */
export function sentFile(
  { url, contentType, size }: Pick<FileToPut, 'url' | 'contentType' | 'size'>,
  { at, ms, answer }: Pick<MadeCall, 'at' | 'ms' | 'answer'>,
): SentCall {
  const read = readStored(answer);
  return {
    kind: FILE_PUT,
    call: `PUT ${withoutSignature(url)} (${contentType}, ${size} bytes)`,
    at,
    ms,
    answer: answerText(
      answer,
      read.kind === 'accepted' ? 'stored' : read.kind === 'error' ? read.text : read.reason,
    ),
    accepted: read.kind === 'accepted',
  };
}

export const FILE_URL = 'attachment-url';
export const FILE_PUT = 'attachment';

const answerText = (answer: BridgeAnswer, words: string): string =>
  answer.kind === 'no-answer' ? `no answer: ${answer.reason}` : `${answer.status} ${words}`;
