import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import { displayWidth } from '../../../adapters/terminal/display-width.ts';
import { runCli, type CliEnd } from '../../support/cli-process.ts';
import { openWorld, workDue, type World } from '../../support/world.ts';

let world: World;
const parked = (...args: readonly string[]): Promise<CliEnd> =>
  runCli(['parked', ...args], {
    env: {
      ACME_BRIDGE_URL: 'http://127.0.0.1:1/acme/prod',
      ACME_BRIDGE_KEY: 'key',
      ACME_ITSM_DATABASE: world.connection,
    },
  });

const outcomes = async (ticket: string): Promise<readonly string[]> =>
  (await world.journal(ticket)).map(({ outcome }) => outcome);

/** INC0000001 is linked and stands at a status that the table lacks, 3 more were never sent for the same reason. */
beforeAll(async () => {
  world = await openWorld('acme', { since: 'now' });
  await world.sql(`UPDATE tickets SET title = 'As it was', updated_at = :now WHERE id = 1`);
  await world.settle(minutes(4));
  await world.sql(`UPDATE tickets SET status = 'Weird', updated_at = :now WHERE id IN (1, 2, 3, 5)`);
  await world.sql("DELETE FROM users WHERE email = 'bridge@acme.example'");
  await world.settle(seconds(90));
}, 120_000);
afterAll(() => world.close());

describe('bridgehead parked', () => {
  test('lists what stands still by cause, with the line of the rule, in 100 columns', async () => {
    const { code, out, err } = await parked('rules/acme');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^rules\/acme: \d tickets parked, 1 cause\n\n1 {2}no-table-entry {2}\d tickets, since 2026-11-23/,
    );
    expect(out).toMatch(/rule {5}status \(rules\/acme\/contract\.yaml:\d+\)/);
    expect(out).toContain('tickets  INC0000001 INC0000002');
    expect(out).toContain('bridgehead parked retry rules/acme --cause 1');
    for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
    // eslint-disable-next-line no-control-regex -- no colour where there is no terminal
    expect(out).not.toMatch(/\u001b/);
  });

  test('gives the same as one JSON document', async () => {
    const { out } = await parked('list', 'rules/acme', '--format', 'json');
    const { causes } = JSON.parse(out) as { readonly causes: readonly Record<string, unknown>[] };
    expect(causes).toMatchObject([
      { number: 1, code: 'no-table-entry', helps: expect.any(String) as string },
    ]);
  });

  test('shows one ticket: reason, source line, what waits and what each decision would do', async () => {
    const { code, out } = await parked('show', 'rules/acme', 'INC0000001');
    expect(code).toBe(0);
    expect(out).toContain('INC0000001 (e-CS0204070) is parked since');
    expect(out).toContain('no entry for "Weird"');
    expect(out).toMatch(/\d+ \| +status: /);
    expect(out).toContain('skip     is not possible: a rule fails on this ticket');
    for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  });

  test('has a ticket tried again, which is parked again if nothing was mended, and sent if it was', async () => {
    const first = await parked('retry', 'rules/acme', 'INC0000002', '--by', 'pat');
    expect(first).toMatchObject({ code: 0, out: 'INC0000002: tried again\n' });
    await world.work();
    expect(await outcomes('INC0000002')).toEqual(['parked', 'retried', 'parked']);
    await world.sql(`UPDATE tickets SET status = 'New' WHERE id = 2`);
    expect((await parked('retry', 'rules/acme', '--cause', 'no-table-entry')).code).toBe(0);
    await world.work();
    expect((await outcomes('INC0000002')).at(-1)).toBe('sent');
  });

  test('skips a message that cannot be applied, with who and why', async () => {
    await world.sql(`UPDATE tickets SET status = 'New', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    world.desk.comment('e-CS0204070', { body: 'Who am I?' });
    world.desk.update('e-CS0204070', { priority: '4' });
    await world.settle(seconds(60));
    const { out } = await parked('show', 'rules/acme', 'e-CS0204070');
    expect(out).toContain('<- it stands here');
    expect(out).toContain('2 messages waiting');
    const skipped = await parked(
      'skip',
      'rules/acme',
      'INC0000001',
      '--because',
      'a test of theirs',
      '--by',
      'pat',
    );
    expect(skipped).toMatchObject({ code: 0, out: 'INC0000001: Notes skipped\n' });
    await world.work();
    expect(await world.sql('SELECT priority FROM tickets WHERE id = 1')).toEqual([{ priority: 'P4' }]);
    expect((await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'skipped')).toMatchObject([
      { summary: 'skipped by pat: a test of theirs', detail: { by: 'pat', because: 'a test of theirs' } },
    ]);
  });

  test('drops a ticket, lists it as dropped, and takes it back', async () => {
    const { out } = await parked(
      'drop',
      'rules/acme',
      'INC0000003',
      '--because',
      'entered by mistake',
      '--by',
      'pat',
    );
    expect(out).toBe('INC0000003: dropped, with 0 waiting messages\n');
    expect((await parked('rules/acme')).out).not.toContain('INC0000003');
    expect((await parked('list', 'rules/acme', '--dropped')).out).toMatch(
      /INC0000003 {2}.* by pat: entered by mistake|INC0000003 .* by pat: entered by mistake/,
    );
    const back = await parked('retry', 'rules/acme', 'INC0000003');
    expect(back).toMatchObject({ code: 0, out: 'INC0000003: taken back\n' });
    expect((await parked('list', 'rules/acme', '--dropped')).out).toBe('rules/acme: no ticket is dropped\n');
  });

  test('says what to look for before a create is sent again, and links what was found', async () => {
    await world.sql(
      `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
       SELECT 77, 'INC0000077', kind, 'Tape library open', 'It beeps.', 'New', priority, group_id, caller_id, :now, :now, 0
       FROM tickets WHERE id = 1`,
    );
    await world.poll();
    await world.clock.advance(seconds(6));
    await workDue(
      world.through((bridge) => ({
        send: async (request) =>
          request.method === 'POST'
            ? { kind: 'answer', status: 200, body: { Response: 'Thank you' }, retryAfterMs: null }
            : bridge.send(request),
      })),
    );
    const { out } = await parked('show', 'rules/acme', 'INC0000077');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('our number INC0000077, "Tape library open", opened about');
    expect(out).toContain('parked link rules/acme INC0000077');
    const linked = await parked('link', 'rules/acme', 'INC0000077', 'e-CS0999999');
    expect(linked).toMatchObject({ code: 0, out: 'INC0000077: linked to e-CS0999999\n' });
    expect(await world.sql('SELECT vendor_ref FROM tickets WHERE id = 77')).toEqual([
      { vendor_ref: 'e-CS0999999' },
    ]);
  });

  test.each([
    ['an unknown ticket', ['show', 'rules/acme', 'INC9999999'], 1, 'knows no ticket INC9999999'],
    ['a ticket that goes on', ['drop', 'rules/acme', 'INC0000002', '--because', 'x'], 1, 'is not parked'],
    ['no reason', ['drop', 'rules/acme', 'INC0000003'], 2, '--because'],
    [
      'a blank reason',
      ['drop', 'rules/acme', 'INC0000003', '--because', '  '],
      2,
      'neither --because nor --by',
    ],
    ['nothing to retry', ['retry', 'rules/acme'], 2, 'Say what is to be tried again'],
    ['an unknown cause', ['retry', 'rules/acme', '--cause', 'nonsense'], 1, 'There is no cause "nonsense"'],
    ['a folder that is not there', ['rules/nobody'], 2, 'There is no folder rules/nobody'],
  ])('says what is wrong: %s', async (_, args, exit, words) => {
    const { code, out, err } = await parked(...args);
    expect(code).toBe(exit);
    expect(`${out}${err}`).toContain(words);
  });
});
