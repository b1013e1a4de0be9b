import { beforeAll, describe, expect, test } from 'vitest';
import { rehearse } from '../../../adapters/rehearsal/rehearse.ts';
import type { Rehearsal, RehearsedCall } from '../../../adapters/rehearsal/rehearsal.ts';
import type { Contract } from '../../../engine/domain/contract.ts';
import { seconds } from '../../../engine/domain/instant.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { contract as plainContract } from '../../support/builders.ts';
import {
  acmeTicket,
  agreed,
  comment,
  globexTicket,
  PROVIDER_TICKET,
  queued,
  REHEARSED_AT,
  sampleContract,
  situation,
} from '../../support/situations.ts';

let acme: Contract;
let globex: Contract;
beforeAll(async () => {
  [acme, globex] = [await sampleContract('acme'), await sampleContract('globex')];
});

const kinds = ({ calls }: Rehearsal): readonly string[] => calls.map(({ kind }) => kind);

/** What a call carries besides whose ticket it is. */
function payloadOf(call: RehearsedCall | undefined): JsonObject {
  const { clientName, clientTicketNumber, ticketType, ...rest } = (call?.request.body?.payload ??
    {}) as JsonObject;
  expect(typeof clientName).toBe('string');
  expect(typeof clientTicketNumber).toBe('string');
  expect(typeof ticketType).toBe('string');
  return rest;
}

describe.each(['acme', 'globex'] as const)('a rehearsal of %s', (client) => {
  const contract = (): Contract => (client === 'acme' ? acme : globex);
  /** The two contracts' own words for the same things. */
  const words =
    client === 'acme'
      ? {
          ticket: acmeTicket,
          title: 'title',
          status: 'status',
          workinprogress: 'In Progress',
          resolved: { status: 'Resolved', resolution: 'Mended.' },
          closed: { status: 'Closed', resolution: 'Mended.' },
          own: { group: 'Service Desk' },
          unknownGroup: { group: 'Network Ops' },
          public: { body: 'Any news?', author: 'dana.whitfield@acme.example', public: true },
          internal: { body: 'Between us.', author: null, public: false },
          commentDate: 'created',
        }
      : {
          ticket: globexTicket,
          title: 'subject',
          status: 'state',
          workinprogress: 2,
          resolved: { state: 6, solution: 'Mended.' },
          closed: { state: 7, solution: 'Mended.' },
          own: { team: 'INTERNAL IT' },
          unknownGroup: { team: 'STORAGE' },
          public: { text: 'Any news?', who: 'Katrin Brandt', visibility: 'C' },
          internal: { text: 'Between us.', who: null, visibility: 'W' },
          commentDate: 'at',
        };
  const spoken = (key: string, fields: JsonObject) =>
    comment(key, { ...fields, [words.commentDate]: '2026-06-01T11:30:00.000Z' });

  test('creates a ticket that travels, with every field and the comments written before', async () => {
    const ticket = words.ticket({}, { comments: [spoken('1', words.public), spoken('2', words.internal)] });
    const rehearsal = await rehearse(contract(), situation({ ticket }));
    expect(kinds(rehearsal)).toEqual(['create']);
    expect(rehearsal.calls[0]).toMatchObject({
      at: REHEARSED_AT,
      because: expect.stringMatching(/^trigger ".*" matches$/) as string,
      rule: expect.stringMatching(/\(rules\/\w+\/contract\.yaml:\d+\)$/) as string,
      answer: { kind: 'accepted', providerTicket: 'e-CS9000001' },
      request: { method: 'POST', path: 'tickets' },
    });
    expect(payloadOf(rehearsal.calls[0])).toMatchSnapshot();
    expect(rehearsal.writes).toEqual([
      { kind: 'set-provider-number', key: ticket.key, providerNumber: 'e-CS9000001' },
    ]);
    expect(rehearsal.lane?.state.link).toBe('linked');
    expect(rehearsal.ticket?.providerNumber).toBe('e-CS9000001');
    expect(rehearsal.end).toEqual({ kind: 'rests' });
  });

  test('says why a ticket does not travel', async () => {
    const ticket = words.ticket(words.own);
    const rehearsal = await rehearse(contract(), situation({ ticket }));
    expect(rehearsal.calls).toEqual([]);
    expect(rehearsal.journal).toMatchObject([
      { outcome: 'held', summary: 'no trigger matches: the ticket does not travel' },
    ]);
  });

  test('[changed-only] updates what changed since both sides agreed, and nothing where they agree', async () => {
    const before = words.ticket();
    const ticket = words.ticket({ [words.title]: 'Still no login', [words.status]: words.workinprogress });
    const rehearsal = await rehearse(contract(), situation({ ticket, known: agreed(before) }));
    expect(kinds(rehearsal)).toEqual(['update']);
    expect(rehearsal.calls[0]?.request.path).toBe(`tickets/${PROVIDER_TICKET}`);
    expect(rehearsal.calls[0]?.fields).toEqual({
      shortDescription: 'Still no login',
      status: 'workinprogress',
    });
    expect(payloadOf(rehearsal.calls[0])).toEqual({
      shortDescription: 'Still no login',
      status: 'workinprogress',
    });
    const same = await rehearse(contract(), situation({ ticket: before, known: agreed(before) }));
    expect(same).toMatchObject({ calls: [], writes: [], end: { kind: 'rests' } });
  });

  test('[notes-once] sends new comments in scope, and none that have crossed', async () => {
    const before = words.ticket({}, { comments: [spoken('1', words.public)] });
    const ticket = {
      ...before,
      comments: [...before.comments, spoken('2', words.internal), spoken('3', words.public)],
    };
    const rehearsal = await rehearse(contract(), situation({ ticket, known: agreed(before) }));
    expect(kinds(rehearsal)).toEqual(['notes']);
    expect(payloadOf(rehearsal.calls[0])).toMatchObject({ comments: [{ body: 'Any news?' }] });
    expect(rehearsal.calls[0]?.because).toBe('a new comment');
  });

  test('[closed-is-closed] sends fields, then comments, then resolves, then closes', async () => {
    const before = words.ticket();
    const after = { ...words.closed, [words.title]: 'It was the cable' };
    const ticket = words.ticket(after, { comments: [spoken('1', words.public)] });
    const rehearsal = await rehearse(contract(), situation({ ticket, known: agreed(before) }));
    expect(kinds(rehearsal)).toEqual(['update', 'notes', 'resolve', 'close']);
    expect(payloadOf(rehearsal.calls[2])).toEqual({ status: 'resolved', closeNotes: 'Mended.' });
    expect(payloadOf(rehearsal.calls[3])).toEqual({ status: 'closed', closeNotes: 'Mended.' });
    const closing = situation({
      ticket: words.ticket(words.closed),
      known: agreed(words.ticket(words.resolved)),
    });
    expect(kinds(await rehearse(contract(), closing))).toEqual(['close']);
  });

  test('tells the provider once that a ticket is kept internal, and hands it back with what changed', async () => {
    const before = words.ticket();
    const taken = words.ticket({ ...words.own, [words.title]: 'Ours now' });
    const telling = await rehearse(contract(), situation({ ticket: taken, known: agreed(before) }));
    expect(telling.calls.map(({ fields }) => fields)).toEqual([
      { group: 'Client Generic', status: 'pending' },
    ]);
    expect(telling.calls[0]?.rule).toMatch(/^kept_internal \(/);
    const kept = await rehearse(contract(), situation({ ticket: taken, known: agreed(before, true) }));
    expect(kept.calls).toEqual([]);
    const back = await rehearse(
      contract(),
      situation({
        ticket: words.ticket({ [words.title]: 'Yours' }),
        known: agreed(words.ticket(words.own), true),
      }),
    );
    expect(back.calls.map(({ fields }) => Object.keys(fields).sort())).toEqual([
      ['group', 'shortDescription', 'status'],
    ]);
  });

  test('applies what a message changes, deletes it, and sends nothing back', async () => {
    const before = words.ticket();
    const body = {
      clientTicketNumber: before.number,
      shortDescription: 'Login fails',
      status: 'workinprogress',
      group: 'Nobody',
      changed: { shortDescription: 'Login fails', status: 'workinprogress', updatedOn: '' },
    };
    const rehearsal = await rehearse(
      contract(),
      situation({ ticket: before, known: agreed(before), messages: [queued('Update', body)] }),
    );
    expect(rehearsal.calls).toEqual([]);
    expect(rehearsal.writes).toEqual([
      {
        kind: 'update-ticket',
        key: before.key,
        fields: { [words.title]: 'Login fails', [words.status]: client === 'acme' ? 'In Progress' : '2' },
      },
    ]);
    expect(rehearsal.messages).toEqual([
      {
        id: 'm-Update',
        transactionType: 'Update',
        deleted: true,
        outcome: 'applied',
        summary: `changed here: ${words.title}, ${words.status}`,
        rule: null,
      },
    ]);
    expect(rehearsal.ticket?.fields).toMatchObject({
      [words.title]: 'Login fails',
      [words.status]: words.workinprogress,
    });
  });

  test('ends the ticket as a closure says, and adds the comment of a note', async () => {
    const ticket = words.ticket();
    const about = { clientTicketNumber: ticket.number };
    const messages = [
      queued('Notes', { ...about, notes: { type: 'comments', id: 'n-1', body: 'On it.', commenter: 'Ann' } }),
      queued(
        'Closure',
        {
          ...about,
          status: 'resolved',
          closeNotes: 'Done.',
          closeCode: 'resolved',
          changed: { status: 'resolved' },
        },
        { sentAt: REHEARSED_AT - 1000 },
      ),
    ];
    const rehearsal = await rehearse(contract(), situation({ ticket, known: agreed(ticket), messages }));
    expect(rehearsal.writes.map(({ kind }) => kind)).toEqual(['insert-comment', 'update-ticket']);
    expect(rehearsal.messages.map(({ outcome, deleted }) => [outcome, deleted])).toEqual([
      ['applied', true],
      ['applied', true],
    ]);
    expect(rehearsal.ticket?.fields).toMatchObject(
      client === 'acme' ? { status: 'Resolved', resolution: 'Done.' } : { state: 6, solution: 'Done.' },
    );
    expect(rehearsal.ticket?.comments).toHaveLength(1);
    expect(rehearsal.calls).toEqual([]);
  });

  test('drops what is out of the contract, by name, and deletes it', async () => {
    const body =
      client === 'acme'
        ? { clientTicketNumber: '', shortDescription: 'The printer jams', status: 'open' }
        : { clientTicketNumber: '', shortDescription: 'x', status: 'open', ensonoGroup: 'Ensono Mainframe' };
    const rehearsal = await rehearse(contract(), situation({ messages: [queued('Create', body)] }));
    expect(rehearsal).toMatchObject({ calls: [], writes: [], ticket: null });
    expect(rehearsal.messages).toMatchObject([
      { outcome: 'dropped', deleted: true, rule: expect.stringMatching(/contract\.yaml:\d+\)$/) as string },
    ]);
  });

  test('opens a ticket of the provider’s here, and returns its number', async () => {
    const body = {
      clientTicketNumber: '',
      shortDescription: 'Disk full',
      description: 'The disk.',
      status: 'open',
      priority: '2',
      impact: '1',
      urgency: '2',
      group: client === 'acme' ? 'Ensono Mainframe' : 'Ensono Unix',
      category: '',
    };
    const rehearsal = await rehearse(contract(), situation({ messages: [queued('Create', body)] }));
    const number = client === 'acme' ? 'INC0000001' : 'GX-00001';
    expect(rehearsal.writes.map(({ kind }) => kind)).toEqual(['insert-ticket', 'set-provider-number']);
    expect(rehearsal.calls.map(({ kind, request }) => [kind, request.path])).toEqual([
      ['return-number', `tickets/${PROVIDER_TICKET}/returnptn`],
    ]);
    expect(rehearsal.calls[0]?.request.body?.payload).toMatchObject({ clientTicketNumber: number });
    expect(rehearsal.ticket).toMatchObject({ number, providerNumber: PROVIDER_TICKET });
    expect(rehearsal.lane?.state).toMatchObject({ origin: 'provider', numberOwed: false });
  });

  test('sends a refused group again as the contract says', async () => {
    const refusal =
      '{"Response":["assigment_group sys_id or name not found.","This ticket cannot be created."]}';
    const rehearsal = await rehearse(
      contract(),
      situation({
        ticket: words.ticket(words.unknownGroup),
        answers: [{ kind: 'refused', status: 400, text: refusal }],
      }),
    );
    expect(kinds(rehearsal)).toEqual(['create', 'create']);
    expect(rehearsal.calls.map(({ answer }) => answer.kind)).toEqual(['refused', 'accepted']);
    expect(rehearsal.calls[1]?.fields).toMatchObject({ group: 'Ensono Service Desk' });
    expect(rehearsal.journal.map(({ outcome }) => outcome)).toEqual(['refused', 'sent']);
  });

  test('[patience] waits 60 to 120 s after a call without an answer, then sends again', async () => {
    const asked = situation({
      ticket: words.ticket(),
      answers: [{ kind: 'no-answer', reached: true }],
    });
    const waiting = await rehearse(contract(), asked);
    expect(kinds(waiting)).toEqual(['create']);
    const until = waiting.end.kind === 'waits' ? waiting.end.until : 0;
    expect(until).toBeGreaterThanOrEqual(REHEARSED_AT + seconds(60));
    expect(until).toBeLessThanOrEqual(REHEARSED_AT + seconds(120) + contract().bridge.timeoutMs);
    const again = await rehearse(contract(), { ...asked, lastsMs: seconds(300) });
    expect(again.calls.map(({ at }) => at)).toEqual([REHEARSED_AT, until]);
    expect(again.end).toEqual({ kind: 'rests' });
  });

  test('[one-create] a number that comes back while the create waits settles it', async () => {
    const ticket = words.ticket();
    const message = queued(
      'ReturnEnsonoNum',
      { clientTicketNumber: ticket.number },
      { sentAt: REHEARSED_AT + seconds(30) },
    );
    const rehearsal = await rehearse(
      contract(),
      situation({
        ticket,
        lastsMs: seconds(300),
        answers: [{ kind: 'no-answer', reached: true }],
        messages: [message],
      }),
    );
    expect(kinds(rehearsal)).toEqual(['create']);
    expect(rehearsal.messages).toMatchObject([{ outcome: 'applied', deleted: true }]);
    expect(rehearsal.ticket?.providerNumber).toBe(PROVIDER_TICKET);
  });

  test('parks what the provider refuses, and stops where the configuration is at fault', async () => {
    const ticket = words.ticket();
    const parked = await rehearse(
      contract(),
      situation({ ticket, answers: [{ kind: 'refused', status: 400, text: 'No.' }] }),
    );
    expect(parked.end).toMatchObject({ kind: 'parked', parked: { code: 'bridge-refused', until: 'change' } });
    const stopped = await rehearse(
      contract(),
      situation({ ticket, answers: [{ kind: 'refused', status: 403, text: '{"message":"Forbidden"}' }] }),
    );
    expect(stopped.end).toMatchObject({
      kind: 'stopped',
      reason: expect.stringContaining('Forbidden') as string,
    });
    expect(stopped.journal).toMatchObject([{ outcome: 'stopped' }]);
  });

  test('parks what the bridge would refuse before it is sent, with the rule', async () => {
    const ticket = words.ticket({ [words.title]: 'x'.repeat(200) });
    const { outbound } = contract();
    const title = outbound.fields.get('shortDescription');
    if (title === undefined) throw new Error('the contract maps no title');
    const fields = new Map(outbound.fields).set('shortDescription', { ...title, tooLong: 'park' });
    const parking = { ...contract(), outbound: { ...outbound, fields } };
    const rehearsal = await rehearse(parking, situation({ ticket }));
    expect(rehearsal.calls).toEqual([]);
    expect(rehearsal.end).toMatchObject({
      kind: 'parked',
      parked: { code: 'payload-refused', rule: expect.stringMatching(/^shortDescription \(/) as string },
    });
  });

  test('adopts a row that already carries a provider number: nothing is sent', async () => {
    const ticket = words.ticket({}, { providerNumber: PROVIDER_TICKET });
    const rehearsal = await rehearse(contract(), situation({ ticket }));
    expect(rehearsal).toMatchObject({ calls: [], writes: [], end: { kind: 'rests' } });
    expect(rehearsal.journal).toMatchObject([{ transaction: 'link', outcome: 'applied' }]);
    expect(rehearsal.lane).toMatchObject({ providerTicket: PROVIDER_TICKET, state: { link: 'linked' } });
  });

  test('ends the same each time', async () => {
    const asked = situation({
      ticket: words.ticket(),
      lastsMs: seconds(600),
      answers: [
        { kind: 'no-answer', reached: true },
        { kind: 'refused', status: 500, text: '' },
      ],
    });
    expect(await rehearse(contract(), asked)).toEqual(await rehearse(contract(), asked));
  });
});

describe('a rehearsal', () => {
  test('goes on from a lane as it was stored', async () => {
    const ticket = acmeTicket();
    const first = await rehearse(acme, situation({ ticket }));
    if (first.lane === null || first.ticket === null) throw new Error('the create leaves a lane');
    const lane = { ...first.lane, id: 17 };
    const known = { kind: 'stored', lane, ledger: [] } as const;
    const changed = { ...first.ticket, fields: { ...first.ticket.fields, priority: 'P1' } };
    const second = await rehearse(acme, situation({ ticket: changed, known }));
    expect(second.calls.map(({ fields }) => fields)).toEqual([{ priority: '1' }]);
    expect(second.lane?.id).toBe(17);
    const parked = {
      at: 0,
      code: 'bridge-refused',
      reason: 'No.',
      rule: null,
      until: 'operator',
      messageId: null,
      retryAt: null,
    } as const;
    const standing = await rehearse(
      acme,
      situation({ ticket: changed, known: { ...known, lane: { ...lane, parked } } }),
    );
    expect(standing).toMatchObject({ calls: [], end: { kind: 'parked', parked } });
  });

  test('of a ticket that the ITSM has no more says so', async () => {
    const gone = situation({ known: agreed(acmeTicket()) });
    const told = await rehearse(acme, gone);
    expect(told.ticket).toBeNull();
    expect(told.calls).toMatchObject([{ kind: 'cancel', fields: { closeNotes: 'Deleted by AcmeCorp.' } }]);
    expect(told.journal).toMatchObject([{ outcome: 'sent', summary: 'the ticket is gone here' }]);
    const { outbound } = acme;
    const untold = await rehearse({ ...acme, outbound: { ...outbound, deleted: null } }, gone);
    expect(untold.calls).toEqual([]);
    expect(untold.journal).toMatchObject([
      { outcome: 'held', summary: 'the ITSM has no ticket INC0000042 any more' },
    ]);
  });

  test('of a message that is delivered twice applies it once', async () => {
    const ticket = acmeTicket();
    const message = queued('Update', {
      clientTicketNumber: ticket.number,
      priority: '1',
      changed: { priority: '1' },
    });
    const rehearsal = await rehearse(
      acme,
      situation({ ticket, known: agreed(ticket), messages: [message, message] }),
    );
    expect(rehearsal.messages.map(({ outcome, deleted }) => [outcome, deleted])).toEqual([
      ['applied', true],
      ['duplicate', true],
    ]);
  });

  test('of a message that cannot be applied shows it parked, and what comes behind it waiting', async () => {
    const body = { clientTicketNumber: 'INC0009999', shortDescription: 'x', changed: { status: 'pending' } };
    const rehearsal = await rehearse(
      acme,
      situation({ messages: [queued('Update', body), queued('Notes', { ...body, notes: { body: 'x' } })] }),
    );
    expect(rehearsal.messages.map(({ outcome, deleted }) => [outcome, deleted])).toEqual([
      ['parked', true],
      [null, true],
    ]);
    expect(rehearsal.end).toMatchObject({ kind: 'parked', parked: { code: 'unknown-ticket' } });
  });

  test('of a ticket that the tables cannot hold is refused', async () => {
    const ticket = globexTicket({ state: 'open' });
    await expect(rehearse(globex, situation({ ticket }))).rejects.toThrow(
      /^hd_case\.state_cd \(field state\) takes a number, not "open"/,
    );
  });

  test('that does not come to an end is broken off', async () => {
    const said = { body: 'x', public: true, created: '2026-06-01T11:30:00.000Z' };
    const comments = Array.from({ length: 1001 }, (_, index) => comment(String(index + 1), said));
    const asked = situation({ ticket: acmeTicket({}, { comments }), known: agreed(acmeTicket()) });
    await expect(rehearse(plainContract({ itsm: acme.itsm }), asked)).rejects.toThrow(
      'broken off after 100 calls',
    );
  });

  test('reports how the rules come to their results, but not what was agreed before', async () => {
    const evaluated: string[] = [];
    const filled: string[] = [];
    const ticket = acmeTicket({ priority: 'P9', group: 'Facilities' });
    await rehearse(acme, situation({ ticket, known: agreed(acmeTicket()) }), {
      evaluated: ({ expression }) => evaluated.push(expression.source),
      filled: ({ rule, from, entry, value }) =>
        filled.push(`${rule.field}: ${from} ${entry?.client ?? '-'} ${JSON.stringify(value)}`),
    });
    expect(evaluated).toContain(acme.outbound.triggers[0]?.when.source);
    expect(filled).toContain('priority: otherwise - "3"');
    expect(filled).toContain('group: otherwise - "Ensono Service Desk"');
    expect(filled).toContain('status: entry New "open"');
    expect(filled).toContain('contactPhone: left-out - null');
    expect(filled).not.toContain('priority: entry P2 "2"');
  });
});
