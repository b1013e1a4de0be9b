import { describe, expect, it } from 'vitest';
import { decideAnswer } from '../../../engine/decide/decide-answer.ts';
import { readAnswer } from '../../../engine/wire/read-answer.ts';
import { answerApproval, callOf } from '../../../engine/wire/requests.ts';
import { validateRequest } from '../../../engine/wire/validate-payload.ts';
import { contract } from '../../support/builders.ts';

const ANSWER = {
  kind: 'approve',
  method: 'PUT',
  identity: { clientName: 'Initech', clientTicketNumber: 'CHG00007', ticketType: 'Change' },
  approvalId: 'a1',
  approver: 'owner@initech.example',
  comment: 'Approved by owner@initech.example: "fine"\nwith us',
} as const;

const answer = (status: number, body: string) =>
  ({ kind: 'answer', status, body: { Response: body }, retryAfterMs: null }) as const;

describe('the answer to an approval', () => {
  it.each([
    ['approve', 'PUT'],
    ['reject', 'PUT'],
    ['approve', 'POST'],
    ['reject', 'POST'],
  ] as const)(
    '%s by %s is a call that the bridge knows, with person and reason in the comment',
    (kind, method) => {
      const request = answerApproval('e-CHG0031400', { ...ANSWER, kind, method });
      expect(request).toEqual({
        method,
        path: `tickets/e-CHG0031400/${kind}`,
        body: {
          payload: {
            clientName: 'Initech',
            clientTicketNumber: 'CHG00007',
            ticketType: 'Change',
            approver: 'owner@initech.example',
            approvalId: 'a1',
            comments: [{ body: 'Approved by owner@initech.example: \\"fine\\"\\nwith us' }],
          },
        },
      });
      expect(callOf(request)).toBe(kind);
      expect(validateRequest(request)).toEqual([]);
    },
  );

  it('names somebody by an e-mail address', () => {
    const faults = validateRequest(answerApproval('e-CHG0031400', { ...ANSWER, approver: 'the board' }));
    expect(faults.map(({ field }) => field)).toEqual(['approver']);
  });

  it('is accepted with the space in front that the wire has', () => {
    expect(readAnswer('approve', answer(200, ' Approval Received Successfully'))).toEqual({
      kind: 'accepted',
    });
    expect(readAnswer('reject', answer(200, ' Rejection Received Successfully'))).toEqual({
      kind: 'accepted',
    });
    expect(readAnswer('approve', answer(200, ' Rejection Received Successfully'))).not.toEqual({
      kind: 'accepted',
    });
  });

  it.each([
    [true, 'so-already'],
    [false, 'park'],
  ])('refused because it was answered already, sent before: %s, is %s', async (repeats, kind) => {
    const read = readAnswer('approve', answer(400, 'Approval was answered already'));
    const call = {
      kind: 'approve',
      ticketType: 'Change',
      fields: {},
      answer: read,
      attempts: 0,
      substitutes: [],
      repeats,
    } as const;
    expect(decideAnswer(contract(), call, 0).kind).toBe(kind);
  });
});
