import type { Json } from '../../engine/domain/json.ts';

/** What the provider answers. A body that is a string goes out as it is (HTML of a gateway, say), anything else as JSON. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

export const answer = (status: number, body: Json): ProviderAnswer => ({ status, headers: {}, body });

/** An error as such stores write it. */
function storeError(status: number, code: string, message: string, more = ''): ProviderAnswer {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${error}`,
  };
}

/** Success bodies as documented (client guide v1.2), leading spaces and missing words included. */
export const succeeded = {
  created: (ticketNumber: string) => answer(200, { Response: ticketNumber }),
  updated: answer(202, { Response: 'Update Successful' }),
  ended: answer(200, { Response: 'Ticket Closed Successfully' }),
  commented: answer(200, { Response: 'Comments added' }),
  numberReturned: answer(200, { Response: 'PTN added' }),
  approved: answer(200, { Response: ' Approval Received Successfully' }),
  rejected: answer(200, { Response: ' Rejection Received Successfully' }),
  uploadUrl: (url: string) => answer(200, { Response: { code: 200, body: url } }),
  fileStored: answer(200, ''),
  /** The shape of a read ticket is not documented. */
  read: (ticket: Json) => answer(200, { Response: ticket }),
  messageDeleted: (requestId: string) =>
    answer(200, { DeleteMessageResponse: { ResponseMetadata: { RequestId: requestId } } }),
};

/**
 * Error bodies. No status of an error is documented: those of the gateway and the queue are what such gateways and
 * queues answer elsewhere, the others fit the cause.
 */
export const refused = {
  // The gateway in front.
  noSuchRoute: answer(403, { message: 'Missing Authentication Token' }),
  forbidden: answer(403, { message: 'Forbidden' }),
  badPath: answer(404, { Response: 'Bad Path' }),
  /** Not documented: the gateway's words for a body that is not sent as JSON. */
  notJsonContent: answer(415, { message: 'Unsupported Media Type' }),
  /** Not documented: the gateway's words for a body that is not JSON. */
  notJson: answer(400, { message: 'Could not parse request body into json' }),

  // The tickets.
  foreignTicket: answer(403, { Response: 'APIKey not authorized for ticket company' }),
  unknownClientName: answer(400, { Response: 'Unable to find mapping for ClientName' }),
  unknownGroup: answer(400, {
    Response: ['assigment_group sys_id or name not found.', 'This ticket cannot be created.'],
  }),
  /** Not documented, like the next four. */
  invalidPayload: (faults: readonly string[]) =>
    answer(400, { Response: `Invalid payload: ${faults.join('; ')}` }),
  unknownTicket: answer(404, { Response: 'Ticket not found' }),
  otherClientNumber: answer(400, { Response: 'clientTicketNumber does not match the ticket' }),
  ticketEnded: answer(400, { Response: 'Ticket is closed and cannot be updated' }),
  unknownApproval: answer(404, { Response: 'Approval not found' }),
  /** A change takes comments and answers to approvals, and nothing else. */
  changeNotUpdatable: answer(400, { Response: 'Changes cannot be updated by the client' }),
  notResolved: answer(400, { Response: 'Ticket must be resolved before it can be closed' }),

  /** Not documented; the rules for names are. */
  fileName: (name: string) =>
    answer(400, {
      Response: `Invalid file name ${name}: letters, digits, - and . are allowed, it begins with a letter or digit, and never ends with .exe`,
    }),

  // The store behind presigned URLs.
  urlExpired: storeError(403, 'AccessDenied', 'Request has expired', '<X-Amz-Expires>120</X-Amz-Expires>'),
  /** Not documented, like the next three. */
  urlUsed: storeError(403, 'AccessDenied', 'Access Denied'),
  urlUnknown: storeError(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match'),
  keySent: storeError(400, 'InvalidRequest', 'A presigned URL takes no key'),
  contentType: storeError(400, 'InvalidRequest', 'The content type does not match the content'),

  // The queue.
  handleExpired: (receiptHandle: string, requestId: string) =>
    answer(400, {
      Error: {
        Code: 'InvalidParameterValue',
        Message: `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        Type: 'Sender',
      },
      RequestId: requestId,
    }),
  handleInvalid: (receiptHandle: string, requestId: string) =>
    answer(404, {
      Error: {
        Code: 'ReceiptHandleIsInvalid',
        Message: `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
        Type: 'Sender',
      },
      RequestId: requestId,
    }),
};

/** Refusals of the tickets' own service (not the gateway's) can be set to come with status 200. */
export function with200(refusal: ProviderAnswer): ProviderAnswer {
  const { body } = refusal;
  const byService = typeof body === 'object' && body !== null && 'Response' in body;
  return byService ? { ...refusal, status: 200 } : refusal;
}
