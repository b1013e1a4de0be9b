import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { ChangeStory, openChangeWorld } from '../../support/change-story.ts';
import { onServer } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import type { World } from '../../support/world.ts';

const mysql = useMysqlServer();

describe('columns of a real server that do not have all dates that the provider says', () => {
  let world: World;
  let story: ChangeStory;
  let names: readonly string[] = [];
  afterEach(async () => {
    await world.close();
    await onServer(mysql(), ...names.map((name) => `DROP DATABASE IF EXISTS ${name}`));
  });

  /** Initech, whose changes start in a TIMESTAMP and end in a DATETIME, on a server of UTC. */
  async function openInitech(options: { readonly range: string; readonly starts: string }): Promise<void> {
    const name = `bh_dates_${randomBytes(6).toString('hex')}`;
    names = [name, `${name}_engine`];
    await onServer(mysql(), `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    world = await openChangeWorld({
      connection: `${mysql()}/${name}`,
      engineSchema: `${name}_engine`,
      rewritten: {
        itsm: [
          ['time_zone: America/New_York', 'time_zone: UTC'],
          ['starts_at, type: date }', `starts_at, type: date${options.range} }`],
        ],
        contract: [
          [
            'startDate, optional: true, unstorable_date: leave_out',
            `startDate, optional: true${options.starts}`,
          ],
        ],
      },
      tables: ['ALTER TABLE change_order MODIFY starts_at timestamp NULL DEFAULT NULL'],
    });
    story = new ChangeStory(world);
  }

  /** A change that comes to the client with these dates. */
  async function assessed(startDate: string, endDate: string): Promise<void> {
    story.draft('Normal', { startDate, endDate });
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
  }
  const parked = async () =>
    (await world.database.transaction(({ store }) => store.laneByProviderTicket(story.number)))?.parked;

  test('refuse it, and the ticket says which column, and what can be said of it', async () => {
    await openInitech({ range: '', starts: '' });
    await assessed('2045-03-08 06:30:00', '2045-03-08 08:30:00');
    expect(await parked()).toMatchObject({
      code: 'itsm-refused',
      reason: expect.stringMatching(
        /change_order does not take starts_at = .*2045-03-08.*\(field starts\).*say range: timestamp .* unstorable_date/,
      ) as string,
    });
  });

  test('park the ticket with the rule, where the range is said and no choice is', async () => {
    await openInitech({ range: ', range: timestamp', starts: '' });
    await assessed('2045-03-08 06:30:00', '2045-03-08 08:30:00');
    expect(await parked()).toMatchObject({
      code: 'not-storable',
      reason:
        'starts takes dates from 1970-01-01T00:00:01Z to 2038-01-19T03:14:07Z, not "2045-03-08T06:30:00.000Z", and unstorable_date is park',
      rule: expect.stringMatching(/^starts \(rules\/initech\/contract\.yaml:\d+\)$/) as string,
    });
  });

  test('[no-echo] stay as they are where the contract says so, and take the next date that they have', async () => {
    await openInitech({ range: ', range: timestamp', starts: ', unstorable_date: leave_out' });
    await assessed('2045-03-08 06:30:00', '0001-01-01 00:00:00');
    expect(await story.current()).toMatchObject({ starts_at: null, ends_at: null });
    world.changes.update(story.number, { startDate: '2038-01-19 03:14:07', endDate: '9999-12-31 23:59:59' });
    await story.go();
    const both = { starts_at: '2038-01-19 03:14:07', ends_at: '9999-12-31 23:59:59' };
    expect(await story.current()).toMatchObject(both);
    world.changes.update(story.number, { startDate: '2038-01-19 03:14:08' });
    await story.go();
    expect(await story.current()).toMatchObject(both);
    world.changes.update(story.number, { startDate: '1970-01-01 00:00:00', risk: 'High' });
    await story.go();
    expect(await story.current()).toMatchObject({ ...both, risk: 'High' });
    expect(await parked()).toBeNull();
    const summaries = (await world.journal()).map(({ summary }) => summary);
    expect(summaries).toContainEqual(
      expect.stringMatching(
        /^opened here as .*; starts takes dates .*: it is left out; ends takes dates from 1000/,
      ),
    );
    expect(summaries).toContainEqual(
      expect.stringMatching(/^changed here: .*window.*; starts takes dates from .*: it is left out$/),
    );
  });
});
