import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../../adapters/database/connect.ts';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import { holds } from '../../../engine/map/storable.ts';
import { onServer } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { openWorld, type World } from '../../support/world.ts';

const mysql = useMysqlServer();

describe('the characters of a column', () => {
  test('are those that the server has for it, each of the first 65536', async () => {
    const { knex } = connect(`${mysql()}/information_schema`);
    try {
      for (const [characters, server] of [
        ['latin1', 'latin1'],
        ['utf8mb3', 'utf8mb3'],
      ] as const) {
        for (let from = 1; from < 0x10000; from += 0x1000) {
          const codes = Array.from({ length: 0x1000 }, (_, index) => from + index).filter(
            (code) => code < 0xd800 || (code > 0xdfff && code < 0x10000),
          );
          if (codes.length === 0) continue;
          const all = String.fromCodePoint(...codes);
          const [[answer]] = (await knex.raw(
            `SELECT CONVERT(CONVERT(? USING ${server}) USING utf8mb4) AS back`,
            [all],
          )) as [[{ readonly back: string }]];
          const back = Array.from(answer.back);
          const differing = codes.filter((code, index) => {
            const character = String.fromCodePoint(code);
            return holds(characters, character) !== (back[index] === character);
          });
          expect(differing.map((code) => code.toString(16))).toEqual([]);
        }
      }
    } finally {
      await knex.destroy();
    }
  });
});

describe('columns of a real server that do not take all of what the provider says', () => {
  let world: World;
  let names: readonly string[] = [];
  beforeEach(() => {
    const name = `bh_narrow_${randomBytes(6).toString('hex')}`;
    names = [name, `${name}_engine`];
  });
  afterEach(async () => {
    await world.close();
    await onServer(mysql(), ...names.map((name) => `DROP DATABASE IF EXISTS ${name}`));
  });

  /** Acme on MariaDB; `said`: itsm.yaml says what its columns take. */
  async function openAcme(said: boolean): Promise<void> {
    const [name = '', engineSchema = ''] = names;
    await onServer(mysql(), `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    world = await openWorld('acme', {
      since: 'now',
      connection: `${mysql()}/${name}`,
      adapt: (contract) => ({
        ...contract,
        itsm: { ...contract.itsm, database: { ...contract.itsm.database, engineSchema } },
      }),
      rewritten: said
        ? {
            itsm: [
              ['    title: title\n', '    title: { column: title, length: 80, characters: latin1 }\n'],
              [
                '    description: description\n',
                '    description: { column: description, length: 200, characters: utf8mb3 }\n',
              ],
              ['    body: body\n', '    body: { column: body, length: 120, characters: utf8mb3 }\n'],
            ],
          }
        : {},
      tables: [
        'UPDATE tickets SET description = left(description, 200)',
        'UPDATE comments SET body = left(body, 120)',
        `ALTER TABLE tickets MODIFY title varchar(80) CHARACTER SET latin1 NOT NULL,
         MODIFY description varchar(200) CHARACTER SET utf8mb3`,
        'ALTER TABLE comments MODIFY body varchar(120) CHARACTER SET utf8mb3 NOT NULL',
      ],
    });
  }

  const open = (shortDescription: string, description: string): string => {
    const opened = world.desk.open({
      shortDescription,
      description,
      group: 'Ensono Mainframe',
      priority: '2',
    });
    if (opened.kind !== 'done') throw new Error('the provider could not open a ticket');
    return opened.ticket.ticketNumber;
  };
  const laneOf = (number: string) =>
    world.database.transaction(({ store }) => store.laneByProviderTicket(number));
  const calls = (): readonly string[] =>
    world.provider
      .requests()
      .filter(({ method, effect }) => method === 'PUT' && effect)
      .map(({ call }) => String(call));

  test('refuse it, and the ticket says which column, and what can be said of it', async () => {
    await openAcme(false);
    const long = open('x '.repeat(50), 'Short.');
    const emoji = open('Short', 'Full 😀');
    await world.settle(seconds(90));
    expect((await laneOf(long))?.parked).toMatchObject({
      code: 'itsm-refused',
      reason: expect.stringMatching(
        /tickets does not take title = .*\(field title\).*Data too long.*Say the length of the column in itsm\.yaml/,
      ) as string,
    });
    expect((await laneOf(emoji))?.parked?.reason).toMatch(
      /tickets does not take description = .*Incorrect string value.*say its characters in itsm\.yaml/,
    );
  });

  test('[no-echo] take what fits, have the rest in comments, and nothing is sent back', async () => {
    await openAcme(true);
    const text = `Жук “quoted” 😀 ${'A sentence of the provider. '.repeat(20)}🇩🇪`;
    const theirs = open(
      'Volume Ж is full 😀 – again, and the people of the night shift do not know why it is',
      text,
    );
    world.desk.comment(theirs, { body: `${'Looked at it. '.repeat(20)}😀` });
    await world.settle(minutes(5));
    const lane = await laneOf(theirs);
    expect(lane?.parked).toBeNull();
    const [row] = await world.sql('SELECT * FROM tickets WHERE vendor_ref = ?', theirs);
    expect(row?.title).toMatch(/^Volume \[U\+0416\] is full .*\[… continued in a comment\]$/);
    expect(row?.description).toMatch(/^Жук “quoted” \[U\+1F600\] A sentence .*\[… continued in a comment\]$/);
    const comments = await world.sql(
      'SELECT body FROM comments WHERE ticket_id = ? ORDER BY id',
      String(row?.id),
    );
    const said = comments.map(({ body }) => String(body).replace(/^\(\d+\/\d+\) /, '')).join('');
    expect(said).toContain('[title goes on:]\n');
    expect(said).toContain('[description goes on:]\n');
    expect(said).toMatch(/Looked at it\. \[U\+1F600\]$/);
    expect(calls()).toEqual(['return-number']);

    await world.sql(
      `UPDATE tickets SET title = replace(title, 'Volume', 'Disk'), updated_at = :now WHERE vendor_ref = ?`,
      theirs,
    );
    await world.settle(minutes(3));
    expect(calls()).toEqual(['return-number', 'update']);
    expect(world.tenant.ticket(theirs)).toMatchObject({
      shortDescription: 'Disk Ж is full 😀 – again, and the people of the night shift do not know why it is',
      description: text,
    });
  });

  test('[no-echo] whatever the provider writes, nothing is parked and nothing is sent back', async () => {
    await openAcme(true);
    const texts = fc
      .array(
        fc.oneof(
          fc.lorem({ maxCount: 9 }),
          fc.constantFrom('\n', '😀', 'Ж', '“€”', '\u0081', '[U+1F600]', '👩‍👩‍👧 '),
        ),
        { minLength: 1, maxLength: 30 },
      )
      .map((parts) => `x${parts.join('')}x`);
    const theirs = fc
      .sample(fc.tuple(texts, texts), { numRuns: 12, seed: 7 })
      .map(([title, text]) => open(title.replaceAll('\n', ' ').slice(0, 150), text));
    await world.settle(minutes(5));
    for (const number of theirs) expect((await laneOf(number))?.parked).toBeNull();
    expect(calls()).toEqual(theirs.map(() => 'return-number'));
  }, 120_000);
});
