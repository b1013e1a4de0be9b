import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileContract } from '../../../engine/compile/compile-contract.ts';
import type { Contract } from '../../../engine/domain/contract.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

function compile(folder: string, edit: (text: string) => string = (text) => text): Contract {
  const names = ['contract.yaml', 'itsm.yaml'].map((file) => `${folder}/${file}`);
  const files = new Map(names.map((name) => [name, edit(readFileSync(path.join(ROOT, name), 'utf8'))]));
  const { contract, diagnostics } = compileContract({ files, main: `${folder}/contract.yaml` });
  expect(diagnostics).toEqual([]);
  if (contract === null) throw new Error('There are no diagnostics, and no contract either.');
  return contract;
}

describe('the sample contracts', () => {
  test('Acme’s compiles to what it says', () => {
    const acme = compile('rules/acme');
    expect(acme).toMatchObject({
      name: 'acme',
      clientName: 'AcmeCorp',
      bridge: { poll: { kind: 'every', ms: 30_000 }, timeoutMs: 20_000, key: { text: '${ACME_BRIDGE_KEY}' } },
      conflicts: { otherwise: 'latest' },
      inbound: { reopen: { Incident: 'reopen', Request: 'reopen' }, text: 'plain' },
    });
    expect(acme.tables.get('priority')?.otherwise).toBe('3');
    expect(acme.tables.get('status')?.entries.map(({ client }) => client)).toContain('Waiting for Vendor');
    expect(acme.outbound.fields.get('description')?.append.map(({ label }) => label)).toEqual([
      'Location',
      'Change window',
      'Cost center',
      'Site',
      'Steps',
    ]);
    expect(acme.outbound.fields.get('closeNotes')).toMatchObject({
      optional: true,
      table: null,
      default: null,
    });
    expect(acme.outbound.keptInternal?.send).toEqual({ group: 'Client Generic', status: 'pending' });
    expect(acme.errors.map(({ then }) => then)).toEqual([
      { kind: 'replace', fields: { group: 'Ensono Service Desk' } },
      { kind: 'resend', afterMsMin: 60_000, afterMsMax: 120_000, atMost: 20 },
    ]);
    expect(acme.itsm.tickets.where).toEqual(new Map([['deleted', 0]]));
    expect(acme.itsm.tickets.onUpdate).toEqual(new Map([['updated_at', { now: true }]]));
    expect(acme.itsm.tickets.fields.get('location')).toMatchObject({ kind: 'reference', value: null });
    expect(acme.itsm.tickets.fields.get('group')).toMatchObject({ kind: 'lookup', value: 'name' });
  });

  test('Globex’s compiles to what it says', () => {
    const globex = compile('rules/globex');
    expect(globex.bridge.poll).toEqual({
      kind: 'cron',
      expression: '*/30 * * * * *',
      timeZone: 'Europe/Berlin',
    });
    expect(globex.tables.get('status')?.entries[0]).toMatchObject({ client: '1', provider: 'open' });
    expect(globex.itsm.comments).toMatchObject({ ticket: 'case_no', refersTo: 'case_no' });
    expect(globex.itsm.tickets.customFields).toMatchObject({ refersTo: 'case_id' });
    expect(globex.itsm.changes.map(({ refersTo }) => refersTo)).toEqual(['case_id', 'case_no', 'case_id']);
    expect(globex.conflicts.fields).toEqual(new Map([['state', 'provider']]));
  });

  test('every part knows its place', () => {
    const acme = compile('rules/acme');
    const lines = readFileSync(path.join(ROOT, 'rules/acme/contract.yaml'), 'utf8').split('\n');
    const title = acme.outbound.fields.get('shortDescription');
    expect(title?.place.file).toBe('rules/acme/contract.yaml');
    expect(lines[(title?.place.line ?? 0) - 1]).toContain('shortDescription: title');
    const when = acme.outbound.triggers[0]?.when.place;
    expect(lines[(when?.line ?? 0) - 1]?.slice((when?.column ?? 0) - 1)).toMatch(/^kind = 'incident'/);
  });
});

test('what may be left out has its default', () => {
  const contract = compile('test/diagnostics/base', (text) =>
    text.replace('  connection: sqlite:small.sqlite\n', ''),
  );
  expect(contract).toMatchObject({
    bridge: { timeoutMs: 20_000 },
    itsm: {
      database: { connection: { text: 'sqlite:.bridgehead/small.sqlite' }, engineSchema: 'bridgehead' },
      changes: [{ overlapMs: 120_000, settleMs: 5_000, refersTo: 'id' }],
    },
    outbound: { since: null, comments: null, keptInternal: null },
    inbound: { outOfScope: [], comments: null, text: 'plain' },
    conflicts: { otherwise: 'latest' },
    errors: [],
  });
});
