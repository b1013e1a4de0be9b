import { beforeEach, describe, expect, test } from 'vitest';
import {
  simulatedDatabase,
  type SimulatedDatabase,
} from '../../../adapters/database/simulated/simulated-database.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { type Itsm, ItsmRefused } from '../../../engine/runtime/ports.ts';
import { acmeItsm, globexItsm } from '../../support/sample-itsm.ts';
import { acmeTicket, comment, globexTicket } from '../../support/situations.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const LATER = NOW + 60_000;

let database: SimulatedDatabase;
beforeEach(() => {
  database = simulatedDatabase(acmeItsm);
});
const run = <T>(work: (itsm: Itsm) => Promise<T>): Promise<T> => database.transaction((tx) => work(tx.itsm));
const fieldsOf = async (key: string): Promise<JsonObject> =>
  (await run((itsm) => itsm.ticket(key, false)))?.fields ?? {};

describe('the simulated database', () => {
  test('shows a ticket as it was put there, and as it is put there again', async () => {
    const author = { name: 'Dana Whitfield', email: 'dana.whitfield@acme.example' };
    const ticket = acmeTicket(
      { starts_at: '2026-06-02T08:00:00.250Z', task: null, merged_into: null },
      {
        comments: [comment('7', { body: 'x', author, public: true, created: '2026-06-01T09:30:00.000Z' })],
        attachments: [
          {
            key: '3',
            name: 'a.png',
            contentType: 'image/png',
            size: 5,
            fields: { public: true, uploaded_by: author, created: '2026-06-01T09:40:00.000Z' },
          },
        ],
      },
    );
    await database.putTicket(ticket, NOW);
    expect(await run((itsm) => itsm.ticket('42', false))).toEqual(ticket);
    const changed = { ...ticket, fields: { ...ticket.fields, title: 'y', location: null }, comments: [] };
    await database.putTicket(changed, LATER);
    expect(await run((itsm) => itsm.ticket('42', false))).toEqual(changed);
  });

  test('dates a change by the moment, where the ticket does not say when', async () => {
    const { updated, ...fields } = acmeTicket().fields;
    expect(updated).toBe('2026-06-01T11:59:00.000Z');
    await database.putTicket({ ...acmeTicket(), fields }, NOW);
    await database.putTicket({ ...acmeTicket(), fields }, LATER);
    expect(await fieldsOf('42')).toMatchObject({ updated: new Date(NOW).toISOString() });
    await database.putTicket({ ...acmeTicket(), fields: { ...fields, title: 'y' } }, LATER);
    expect(await fieldsOf('42')).toMatchObject({ updated: new Date(LATER).toISOString() });
  });

  test('finds what a person changed, with its comments and custom fields', async () => {
    const changed = async (table: string): Promise<readonly string[]> => {
      const source = acmeItsm.changes.find((one) => one.table === table);
      if (source === undefined) throw new Error(`no change source ${table}`);
      return (await run((itsm) => itsm.changedRows(source, NOW, LATER, null, 10))).map(
        (row) => row.ticketKey,
      );
    };
    await database.putTicket(acmeTicket(), NOW - 60_000);
    expect(await Promise.all(['tickets', 'comments', 'custom_values'].map(changed))).toEqual([[], [], []]);
    const fields = { updated: '2026-06-01T12:00:10.000Z', custom: { cost_center: '9' } };
    await database.putTicket(
      acmeTicket(fields, { comments: [comment('1', { body: 'x', public: true })] }),
      LATER,
    );
    expect(await Promise.all(['tickets', 'comments', 'custom_values'].map(changed))).toEqual([
      ['42'],
      ['42'],
      ['42'],
    ]);
  });

  test('writes a reference by its value, and knows of that row what other tickets have shown', async () => {
    await database.putTicket(acmeTicket(), NOW);
    const key = await run((itsm) =>
      itsm.insertTicket({ title: 'x', group: 'Mainframe Ops', caller: 'marcus.oyelaran@acme.example' }, NOW),
    );
    expect(await run((itsm) => itsm.ticket(key, false))).toMatchObject({
      number: 'INC0000043',
      fields: {
        group: 'Mainframe Ops',
        caller: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example', phone: null },
        updated: new Date(NOW).toISOString(),
      },
    });
  });

  test('lets the one value of a row that nobody has shown stand for all its texts', async () => {
    await database.putTicket(acmeTicket(), NOW);
    await run((itsm) => itsm.updateTicket('42', { group: 'Nobody Knows', caller: 'x@acme.example' }, NOW));
    expect(await fieldsOf('42')).toMatchObject({
      group: 'Nobody Knows',
      caller: { name: 'x@acme.example', email: 'x@acme.example', phone: 'x@acme.example' },
    });
  });

  test('takes what is no ticket by `tickets.where` for none', async () => {
    const deleted = {
      kind: 'column',
      column: 'deleted',
      type: 'boolean',
      lengthMax: null,
      characters: null,
      range: null,
      place: acmeItsm.tickets.place,
    } as const;
    const { tickets } = acmeItsm;
    const fields = new Map([...tickets.fields, ['deleted', deleted] as const]);
    database = simulatedDatabase({ ...acmeItsm, tickets: { ...tickets, fields } });
    await database.putTicket(acmeTicket(), NOW);
    expect(await fieldsOf('42')).toMatchObject({ deleted: false });
    await database.putTicket(acmeTicket({ deleted: true }), NOW);
    expect(await run((itsm) => itsm.ticket('42', false))).toBeNull();
    expect(await run((itsm) => itsm.ticketKeyByNumber('INC0000042'))).toBeNull();
    await expect(run((itsm) => itsm.updateTicket('42', { title: 'x' }, NOW))).rejects.toThrow(ItsmRefused);
  });

  test('converts what a column takes, and refuses what it does not', async () => {
    database = simulatedDatabase(globexItsm);
    await database.putTicket(globexTicket({ state: '1' }), NOW);
    await run((itsm) => itsm.updateTicket('101', { state: '6' }, LATER));
    expect(await fieldsOf('101')).toMatchObject({ state: 6, modified: new Date(LATER).toISOString() });
    await expect(run((itsm) => itsm.updateTicket('101', { state: 'open' }, NOW))).rejects.toThrow(
      /^hd_case\.state_cd \(field state\) takes a number, not "open"/,
    );
    await expect(database.putTicket(globexTicket({ nonsense: 1 }), NOW)).rejects.toThrow(
      /^hd_case has no field nonsense; its fields are type, /,
    );
  });

  test('gives nothing away that can be changed', async () => {
    await database.putTicket(acmeTicket(), NOW);
    const state = { ...NEW_LANE_STATE, surplus: ['e-CS1'] };
    const lane = { clientTicket: '42', clientNumber: null, providerTicket: null, state, dueAt: NOW };
    const id = await database.transaction(({ store }) => store.insertLane(lane));
    state.surplus.push('e-CS2');
    const read = await database.transaction(({ store }) => store.lane(id, false));
    expect(read?.state.surplus).toEqual(['e-CS1']);
    expect(() => (read?.state.surplus as string[]).push('e-CS3')).toThrow(TypeError);
    const ticket = await run((itsm) => itsm.ticket('42', false));
    Object.assign(ticket?.fields ?? {}, { title: 'mine' });
    expect(await fieldsOf('42')).toMatchObject({ title: 'No login' });
    expect(() => Object.assign(ticket?.fields.caller ?? {}, { name: 'mine' })).toThrow(TypeError);
  });

  test('runs transactions one after another, and goes on after one that failed', async () => {
    await database.putTicket(acmeTicket({ resolution: '0' }), NOW);
    const count = (fails: boolean): Promise<void> =>
      run(async (itsm) => {
        const ticket = await itsm.ticket('42', true);
        await new Promise((resolve) => setImmediate(resolve));
        await itsm.updateTicket('42', { resolution: String(Number(ticket?.fields.resolution) + 1) }, NOW);
        if (fails) throw new Error('broken off');
      });
    const ends = await Promise.allSettled([count(false), count(true), count(false), count(false)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await fieldsOf('42')).toMatchObject({ resolution: '3' });
  });
});
