import { afterEach, describe, expect, test } from 'vitest';
import type { Contract, TooLong } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const LINKED = 'e-CS0204070';

/** Numbered sentences: where one was divided, everybody sees it. */
const sentences = (count: number, word = 'Sentence'): string =>
  Array.from({ length: count }, (_, index) => `${word} ${index + 1} says "something" of the ticket.`).join(
    ' ',
  );

const edit = (fields: string, ...values: readonly (string | number)[]): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${fields}, updated_at = :now WHERE id = 1`, ...values);

const comment = (body: string): Promise<unknown> =>
  world.sql(
    'INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, ?, 1, :now)',
    body,
  );

/** Acme, with INC0000001 at the provider as e-CS0204070. */
async function acmeLinked(adapt?: (contract: Contract) => Contract): Promise<void> {
  world = await openWorld('acme', { since: 'now', ...(adapt === undefined ? {} : { adapt }) });
  await edit(`status = 'New'`);
  await world.settle(seconds(60));
}

/** The contract with another `too_long` for a field of the ticket. */
const withWay =
  (field: 'shortDescription' | 'description' | 'closeNotes', tooLong: TooLong) =>
  (contract: Contract): Contract => {
    const rule = contract.outbound.fields.get(field);
    if (rule === undefined) throw new Error(`no ${field}`);
    const fields = new Map(contract.outbound.fields).set(field, { ...rule, tooLong });
    return { ...contract, outbound: { ...contract.outbound, fields } };
  };

const theirs = () => world.providerTicket('INC0000001');
const bodies = (): readonly string[] => theirs().comments.map(({ body }) => body);
const row = async (): Promise<Record<string, unknown>> =>
  (await world.sql('SELECT * FROM tickets WHERE id = 1'))[0] ?? {};
const calls = (): readonly string[] =>
  world.provider
    .requests()
    .filter(({ method, effect }) => method !== 'GET' && method !== 'DELETE' && effect)
    .map(({ call }) => String(call));

/** The text of a comment in parts, put together; and that they are numbered without a gap. */
function joined(parts: readonly string[]): string {
  return parts
    .map((part, index) => {
      const number = `(${index + 1}/${parts.length}) `;
      expect(part.startsWith(number)).toBe(true);
      return part.slice(number.length);
    })
    .join('');
}

describe('a comment that is longer than the bridge takes', () => {
  test('[notes-once] travels in numbered parts, each once and in order, none longer than the limit', async () => {
    await acmeLinked();
    const before = bodies().length;
    const long = `${sentences(90)}\n\n${sentences(90, 'Line')}`;
    await comment('short, before');
    await world.clock.advance(seconds(2));
    await comment(long);
    await world.clock.advance(seconds(2));
    await comment('short, after');
    await world.settle(seconds(120));
    const arrived = bodies().slice(before);
    expect(arrived[0]).toBe('short, before');
    expect(arrived.at(-1)).toBe('short, after');
    const parts = arrived.slice(1, -1);
    expect(parts.length).toBeGreaterThan(1);
    expect(joined(parts)).toBe(long);
    // Divided where a person would, and each part says who wrote it.
    for (const part of parts.slice(0, -1)) expect(part).toMatch(/[.\n]\s*$/);
    const last = theirs().comments.slice(before);
    expect(new Set(last.map(({ commenter }) => commenter)).size).toBe(1);
    await world.settle(minutes(5));
    expect(bodies().slice(before)).toEqual(arrived);
  });

  test('[notes-once] whose call was not carried out is sent again after the wait, and is there once', async () => {
    await acmeLinked();
    const before = bodies().length;
    const long = sentences(120);
    world.provider.faults.add([{ match: { method: 'PUT' }, kind: 'drop-request', how: 'reset', times: 2 }]);
    await comment(long);
    await world.settle(minutes(12));
    expect(joined(bodies().slice(before))).toBe(long);
  });

  test('[notes-once] whose answer is lost is there twice at most, and whole each time', async () => {
    await acmeLinked();
    const before = bodies().length;
    const long = sentences(120);
    world.provider.faults.add([{ match: { method: 'PUT' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await comment(long);
    await world.settle(minutes(12));
    const arrived = bodies().slice(before);
    const half = arrived.length / 2;
    expect(joined(arrived.slice(0, half))).toBe(long);
    expect(joined(arrived.slice(half))).toBe(long);
  });

  test('[notes-once] during whose call the engine dies is there whole, whichever of the two happened', async () => {
    await acmeLinked();
    const before = bodies().length;
    const long = sentences(120);
    await comment(long);
    await world.poll();
    await world.clock.advance(seconds(10));
    const dies = world.through(() => ({ send: () => Promise.reject(new Error('killed')) }));
    await expect(workDue(dies)).rejects.toThrow('killed');
    await world.settle(minutes(5));
    expect(joined(bodies().slice(before))).toBe(long);
    expect((await world.lane('INC0000001')).state.intent).toBeNull();
  });

  test('of more parts than one call has by itself goes in a call of its own', async () => {
    await acmeLinked();
    const before = bodies().length;
    await comment('short');
    await world.clock.advance(seconds(2));
    const long = sentences(1200);
    await comment(long);
    await world.settle(seconds(120));
    const arrived = bodies().slice(before);
    expect(arrived[0]).toBe('short');
    expect(arrived.length).toBeGreaterThan(11);
    expect(joined(arrived.slice(1))).toBe(long);
    expect(calls().filter((call) => call === 'notes')).toHaveLength(2);
  });

  test('written before the ticket travels goes with the create where its parts have room there', async () => {
    world = await openWorld('acme', { since: 'now' });
    const long = sentences(120);
    await comment(long);
    await edit(`status = 'New'`);
    await world.settle(seconds(60));
    expect(joined(bodies().slice(2))).toBe(long);
    expect(calls()).toEqual(['create']);
  });

  test('and cannot be divided, for it has too many parts, stands still with the limit', async () => {
    await acmeLinked();
    await comment('x'.repeat(120_000));
    await world.settle(seconds(60));
    const { parked } = await world.lane('INC0000001');
    expect(parked).toMatchObject({ code: 'payload-refused' });
    expect(parked?.reason).toMatch(/comments\[0\]\.body at most 4000 characters/);
    expect(parked?.rule).toMatch(/^body \(rules\/acme\/contract\.yaml:\d+\)$/);
  });
});

describe('a description that is longer than the bridge takes', () => {
  test('goes on in a comment, and what is appended stays with the field', async () => {
    world = await openWorld('acme', { since: 'now' });
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    const { description } = theirs();
    expect(description).toMatch(/\[… continued in a comment\]\n\n----- Additional information -----/);
    const head = description.split('[… continued in a comment]')[0] ?? '';
    const rest = bodies().slice(2);
    expect(rest[0]).toMatch(/^(\(1\/\d+\) )?\[The description goes on:\]\n/);
    expect(head + (rest[0] ?? '').replace(/^.*\[The description goes on:\]\n/, '')).toBe(long);
    expect(calls()).toEqual(['create', 'notes']);
    const [, create] = (await world.journal('INC0000001')).map(({ summary }) => summary);
    expect((await world.journal('INC0000001'))[0]?.summary).toMatch(
      /trigger "incidents for the provider's groups" matches; description has \d+ of 4000 characters once escaped: it goes on in a comment/,
    );
    expect(create).toBe('the description is too long for the field');
    await world.settle(minutes(5));
    expect(calls()).toEqual(['create', 'notes']);
  });

  test('[notes-once] sends the rest again only when it changes, and says that it has', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    expect(calls().slice(1)).toEqual(['update', 'notes']);
    await edit(`priority = 'P1'`);
    await world.settle(seconds(60));
    expect(calls().slice(3)).toEqual(['update']);
    // Only behind the head: nothing of the field itself differs.
    await edit('description = ?', `${long} And this.`);
    await world.settle(seconds(60));
    expect(calls().slice(4)).toEqual(['notes']);
    expect(bodies().at(-1)).toMatch(/\[The description has changed; it goes on:\]\n[^]* And this\.$/);
    await edit('description = ?', 'Short again.');
    await world.settle(seconds(60));
    expect(calls().slice(5)).toEqual(['update']);
    expect(theirs().description).toMatch(/^Short again\.\n\n-----/);
    await world.settle(minutes(5));
    expect(calls()).toHaveLength(6);
  });

  test('[notes-once] whose rest got no answer is sent again after the wait, and once it is there never more', async () => {
    await acmeLinked();
    world.provider.faults.add([
      { match: { method: 'PUT', path: '/notes' }, kind: 'drop-request', how: 'reset', times: 1 },
    ]);
    await edit('description = ?', sentences(150));
    await world.settle(minutes(6));
    expect(bodies().filter((body) => body.includes('[The description goes on:]'))).toHaveLength(1);
  });

  test('[no-echo] comes back as it was sent without harm to the longer text here', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    const sent = calls().length;
    world.tenant.queue.send({
      group: LINKED,
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketNumber: LINKED,
        ticketType: 'Incident',
        shortDescription: theirs().shortDescription,
        description: theirs().description,
        status: 'open',
        changed: { description: theirs().description },
      },
    });
    await world.settle(minutes(5));
    expect((await row()).description).toBe(long);
    expect(calls()).toHaveLength(sent);
  });

  test('[no-echo] and that the provider’s people wrote around keeps its rest, and nothing is sent back', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    const sent = calls().length;
    world.desk.update(LINKED, {
      description: `Checked by operations.\n${theirs().description}\nSee also PRB12.`,
    });
    await world.settle(minutes(5));
    expect((await row()).description).toBe(`Checked by operations.\n${long}\nSee also PRB12.`);
    expect(calls()).toHaveLength(sent);
    // What a person then changes behind the head travels as ever.
    await edit('description = ?', `Checked by operations.\n${long} New.`);
    await world.settle(minutes(5));
    expect(bodies().at(-1)).toMatch(/\[The description has changed; it goes on:\]\n[^]* New\.$/);
  });

  test('[convergence] that the provider’s people wrote around twice has its rest once', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    // Theirs grows, so ours would be divided earlier now than theirs is.
    world.desk.update(LINKED, { description: `${sentences(10, 'Check')}\n${theirs().description}` });
    world.desk.update(LINKED, { description: `Looked at.\n${theirs().description}` });
    await world.settle(minutes(5));
    expect((await row()).description).toBe(`Looked at.\n${sentences(10, 'Check')}\n${long}`);
  });

  test('that a person has changed here when the old one comes back is not overwritten by it', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit('description = ?', long);
    await world.settle(seconds(60));
    const old = theirs().description;
    const other = `Other head. ${long}`;
    await edit('description = ?', other);
    world.tenant.queue.send({
      group: LINKED,
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketNumber: LINKED,
        ticketType: 'Incident',
        shortDescription: theirs().shortDescription,
        description: old,
        changed: { description: old },
      },
    });
    await world.clock.advance(seconds(30));
    await world.settle(minutes(5));
    expect((await row()).description).toBe(other);
    expect(theirs().description.startsWith('Other head. Sentence 1')).toBe(true);
  });

  test('waits with its rest while the ticket is kept internal, and goes on when it is handed back', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await world.settle(seconds(60));
    await edit('description = ?', sentences(150));
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create', 'update']);
    await edit('group_id = 3');
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create', 'update', 'update', 'notes']);
  });

  test('of a ticket that an earlier connection created is taken to be there, as everything else', async () => {
    world = await openWorld('acme', { since: 'now' });
    await edit(`description = ?, vendor_ref = 'e-CS0100001'`, sentences(150));
    await world.settle(minutes(3));
    expect(calls()).toEqual([]);
  });

  test('stands still where the contract says `park`', async () => {
    await acmeLinked(withWay('description', 'park'));
    await edit('description = ?', sentences(150));
    await world.settle(seconds(60));
    expect((await world.lane('INC0000001')).parked?.reason).toMatch(/description at most 4000 characters/);
    expect(calls()).toEqual(['create']);
  });

  test('is cut at a word where the contract says `cut`, with what is appended behind it', async () => {
    await acmeLinked(withWay('description', 'cut'));
    await edit('description = ?', sentences(150));
    await world.settle(seconds(60));
    expect(theirs().description).toMatch(/\S…\n\n----- Additional information -----/);
    expect(calls()).toEqual(['create', 'update']);
  });
});

describe('close notes that are longer than the bridge takes', () => {
  test('[closed-is-closed] go on in a comment that is sent before the resolution', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit(`status = 'Closed', resolution = ?`, long);
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create', 'notes', 'update', 'update']);
    const { closeNotes, status } = theirs();
    expect(status).toBe('closed');
    const [head = ''] = closeNotes.split('[… continued in a comment]');
    expect(head + (bodies().at(-1) ?? '').replace(/^.*\[The close notes go on:\]\n/, '')).toBe(long);
  });

  test('come back with the closure and do no harm to the whole text here', async () => {
    await acmeLinked();
    const long = sentences(150);
    await edit(`status = 'Resolved', resolution = ?`, long);
    await world.settle(seconds(60));
    world.desk.close(LINKED, {});
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Closed', resolution: long });
  });
});

describe('a title that is longer than the bridge takes', () => {
  const TITLE = `${'The disk of the second partition is full again '.repeat(4)}and nobody knows why`;

  test('is cut at a word with an ellipsis, and a change behind the cut is no change there', async () => {
    await acmeLinked();
    await edit('title = ?', TITLE);
    await world.settle(seconds(60));
    const { shortDescription } = theirs();
    expect(shortDescription.length).toBeLessThanOrEqual(160);
    expect(shortDescription).toMatch(/ \w+…$/);
    expect(TITLE.startsWith(`${shortDescription.slice(0, -1)} `)).toBe(true);
    await edit('title = ?', `${TITLE} at all`);
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create', 'update']);
  });

  test('[no-echo] comes back cut without harm to the full one, and another one of theirs is taken', async () => {
    await acmeLinked();
    await edit('title = ?', TITLE);
    await world.settle(seconds(60));
    const { shortDescription } = theirs();
    world.desk.update(LINKED, { shortDescription: 'Their own title' });
    world.desk.update(LINKED, { priority: '4' });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ title: 'Their own title', priority: 'P4' });
    await edit('title = ?', TITLE);
    await world.settle(seconds(60));
    world.tenant.queue.send({
      group: LINKED,
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketNumber: LINKED,
        ticketType: 'Incident',
        shortDescription,
        description: theirs().description,
        status: 'workinprogress',
        changed: { shortDescription, status: 'workinprogress' },
      },
    });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ title: TITLE, status: 'In Progress' });
  });

  test('stands still where the contract says `park`', async () => {
    await acmeLinked(withWay('shortDescription', 'park'));
    await edit('title = ?', TITLE);
    await world.settle(seconds(60));
    expect((await world.lane('INC0000001')).parked).toMatchObject({ code: 'payload-refused' });
  });
});

describe('characters that not everybody can store', () => {
  test('of several units are never divided', async () => {
    await acmeLinked();
    const before = bodies().length;
    const long = '👩‍👩‍👧‍👦'.repeat(700);
    await comment(long);
    await world.settle(seconds(120));
    const parts = bodies().slice(before);
    expect(joined(parts)).toBe(long);
    for (const part of parts) expect(part.replace(/^\(\d+\/\d+\) /, '').replaceAll('👩‍👩‍👧‍👦', '')).toBe('');
  });
});
