import { afterEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * What the provider says and our columns do not take. SQLite takes everything, so triggers stand in for what a server refuses;
 * a real one is asked in test/adapters/database/narrow-columns.test.ts.
 */

let world: World;
afterEach(() => world.close());

const TITLE = 'The disk of the second partition is full again, and nobody knows why it fills up every night';
const TEXT = Array.from({ length: 12 }, (_, index) => `Line ${index + 1} says what was seen that day.`).join(
  '\n',
);

/** Acme with a title of 60 characters, a description of 120 and comments of 100, and a server that refuses more. */
async function narrowAcme(contract: readonly (readonly [string, string])[] = []): Promise<void> {
  const refuse = (table: string, column: string, most: number, event: string): string =>
    `CREATE TRIGGER ${table}_${column}_${event} BEFORE ${event} ON ${table} WHEN length(NEW.${column}) > ${most}
     BEGIN SELECT RAISE(ABORT, 'Data too long for column ${column}'); END`;
  world = await openWorld('acme', {
    since: 'now',
    rewritten: {
      itsm: [
        ['    title: title\n', '    title: { column: title, length: 60, characters: utf8mb3 }\n'],
        ['    description: description\n', '    description: { column: description, length: 120 }\n'],
        ['    body: body\n', '    body: { column: body, length: 100, characters: latin1 }\n'],
      ],
      contract,
    },
    tables: ['INSERT', 'UPDATE'].flatMap((event) => [
      refuse('tickets', 'title', 60, event),
      refuse('tickets', 'description', 120, event),
      refuse('comments', 'body', 100, event),
    ]),
  });
}

let theirs = '';

/** The provider opens a ticket, and ours is made from it. */
async function opened(fields: { readonly shortDescription?: string; readonly description?: string } = {}) {
  const result = world.desk.open({
    shortDescription: 'No login',
    description: 'Since noon.',
    group: 'Ensono Mainframe',
    priority: '2',
    ...fields,
  });
  if (result.kind !== 'done') throw new Error('the provider could not open a ticket');
  theirs = result.ticket.ticketNumber;
  await world.settle(seconds(90));
}

const row = async (): Promise<{ readonly title: string; readonly description: string }> => {
  const [found] = await world.sql('SELECT * FROM tickets WHERE vendor_ref = ?', theirs);
  return found as { readonly title: string; readonly description: string };
};
const bodies = async (): Promise<readonly string[]> =>
  (
    await world.sql(
      'SELECT c.body FROM comments c JOIN tickets t ON t.id = c.ticket_id WHERE t.vendor_ref = ? ORDER BY c.id',
      theirs,
    )
  ).map(({ body }) => String(body));
const edit = (fields: string, ...values: readonly string[]): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${fields}, updated_at = :now WHERE vendor_ref = ?`, ...values, theirs);
const calls = (): readonly string[] =>
  world.provider
    .requests()
    .filter(({ method, effect }) => method === 'PUT' && effect)
    .map(({ call }) => String(call));
const provider = () => {
  const found = world.tenant.ticket(theirs);
  if (found === undefined) throw new Error('the provider has no such ticket');
  return found;
};
/** The comments from `from` on as one text, without their numbers. */
const joined = async (from = 0): Promise<string> =>
  (await bodies())
    .slice(from)
    .map((body) => body.replace(/^\(\d+\/\d+\) /, ''))
    .join('');

describe('a text of the provider’s that is longer than our column', () => {
  test('[no-echo] is stored up to a good place, goes on in a comment, and is no edit of ours', async () => {
    await narrowAcme();
    await opened({ shortDescription: TITLE });
    const { title } = await row();
    expect(title).toMatch(/^The disk .*\[… continued in a comment\]$/);
    expect(await joined()).toBe(
      `[title goes on:]\n${TITLE.slice(title.length - '[… continued in a comment]'.length)}`,
    );
    await world.settle(minutes(5));
    expect(calls()).toEqual(['return-number']);
    expect(provider()).toMatchObject({ shortDescription: TITLE, comments: [] });
    const [entry] = await world.journal();
    expect(entry?.summary).toMatch(
      /^opened here as INC\d+; title has 92 of 60 characters: it goes on in a comment$/,
    );
  });

  test('[changed-only] is not sent with the edit of another field, nor when the ticket is resolved', async () => {
    await narrowAcme();
    await opened({ shortDescription: TITLE, description: TEXT });
    await edit(`priority = 'P1'`);
    await world.settle(seconds(90));
    await edit(`status = 'Resolved', resolution = 'Cleaned up'`);
    await world.settle(seconds(90));
    expect(calls()).toEqual(['return-number', 'update', 'update']);
    expect(provider()).toMatchObject({
      shortDescription: TITLE,
      description: TEXT,
      priority: '1',
      status: 'resolved',
    });
  });

  test('[convergence] that people write around goes out with its rest, and what they replace goes out as it is', async () => {
    await narrowAcme();
    await opened({ description: TEXT });
    const { description } = await row();
    await edit('description = ?', `Seen.\n${description}`.slice(0, 120));
    await world.settle(seconds(90));
    expect(provider().description).toMatch(/^Seen\.\nLine 1 says/);
    await edit('description = ?', 'Quite another text.');
    await world.settle(seconds(90));
    expect(provider().description).toMatch(/^Quite another text\./);
    expect(provider().description).not.toContain('Line 12');
  });

  test('[notes-once] that the provider changes is told anew in a comment, once, and says that it has changed', async () => {
    await narrowAcme();
    await opened({ description: TEXT });
    const before = (await bodies()).length;
    world.desk.update(theirs, { description: `${TEXT}\nAnd this.` });
    await world.settle(minutes(5));
    const said = await joined(before);
    expect(said).toMatch(/^\[description has changed; it goes on:\]\n/);
    expect(said).toMatch(/And this\.$/);
    world.desk.update(theirs, { priority: '4' });
    await world.settle(minutes(5));
    expect(await joined(before)).toBe(said);
    world.desk.update(theirs, { description: 'Short.' });
    await world.settle(minutes(5));
    expect((await row()).description).toBe('Short.');
    const lane = await world.database.transaction(({ store }) => store.laneByProviderTicket(theirs));
    expect(lane?.state.kept).toEqual({});
    expect(calls()).toEqual(['return-number']);
  });

  test('[no-echo] that is cut keeps what was cut off, also when people edit what is before', async () => {
    await narrowAcme([
      ['    title: shortDescription\n', '    title: { value: shortDescription, too_long: cut }\n'],
    ]);
    await opened({ shortDescription: TITLE });
    const { title } = await row();
    expect(title).toMatch(/^The disk of the second partition .* …?\S+…$/);
    expect(title.length).toBeLessThanOrEqual(60);
    expect(await bodies()).toEqual([]);
    await edit('title = ?', title.replace('The disk', 'A disk'));
    await world.settle(seconds(90));
    expect(provider().shortDescription).toBe(TITLE.replace('The disk', 'A disk'));
    await edit('title = ?', 'Another title');
    await world.settle(seconds(90));
    expect(provider().shortDescription).toBe('Another title');
  });

  test('parks the ticket where the contract says so, with the rule, and is applied when the rule has changed', async () => {
    await narrowAcme([
      ['    title: shortDescription\n', '    title: { value: shortDescription, too_long: park }\n'],
    ]);
    await opened({ shortDescription: TITLE });
    const lane = await world.database.transaction(({ store }) => store.laneByProviderTicket(theirs));
    expect(lane?.parked).toMatchObject({
      code: 'not-storable',
      reason: 'title has 92 of 60 characters, and too_long is park',
      rule: expect.stringMatching(/^title \(rules\/acme\/contract\.yaml:\d+\)$/) as string,
    });
    expect(await row()).toBeUndefined();
  });

  test('[notes-once] and is a comment becomes several, in order, none of which goes back', async () => {
    await narrowAcme();
    await opened();
    world.desk.comment(theirs, { body: TEXT });
    await world.settle(minutes(5));
    const rows = await bodies();
    expect(rows.length).toBeGreaterThan(3);
    rows.forEach((body, index) => expect(body.startsWith(`(${index + 1}/${rows.length}) `)).toBe(true));
    expect(await joined()).toBe(TEXT);
    expect(calls()).toEqual(['return-number']);
    expect(provider().comments).toHaveLength(1);
  });
});

describe('characters that our column lacks', () => {
  test('[no-echo] are written by their numbers, and are themselves again in what goes out', async () => {
    await narrowAcme();
    await opened({ shortDescription: 'Full 😀 again' });
    expect((await row()).title).toBe('Full [U+1F600] again');
    await world.settle(minutes(5));
    expect(calls()).toEqual(['return-number']);
    await edit('title = ?', 'Not full [U+1F600] any more');
    await world.settle(seconds(90));
    expect(provider().shortDescription).toBe('Not full 😀 any more');
    const [entry] = await world.journal();
    expect(entry?.summary).toContain(
      'title has characters that utf8mb3 lacks (U+1F600): they are written by their numbers',
    );
  });

  test('[notes-once] in a comment do not hold it up', async () => {
    await narrowAcme();
    await opened();
    world.desk.comment(theirs, { body: 'Größe “passt” – Жук 😀' });
    await world.settle(minutes(5));
    expect(await bodies()).toEqual(['Größe “passt” – [U+0416][U+0443][U+043A] [U+1F600]']);
    expect(calls()).toEqual(['return-number']);
  });

  test('park the ticket where the contract says so', async () => {
    await narrowAcme([
      [
        '    title: shortDescription\n',
        '    title: { value: shortDescription, unstorable_characters: park }\n',
      ],
    ]);
    await opened({ shortDescription: 'Full 😀 again' });
    const lane = await world.database.transaction(({ store }) => store.laneByProviderTicket(theirs));
    expect(lane?.parked?.reason).toBe(
      'title has characters that utf8mb3 lacks (U+1F600), and unstorable_characters is park',
    );
  });
});
