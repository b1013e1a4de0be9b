import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewContract, type PreviewOptions } from '../../../adapters/cli/preview.ts';
import type { Preview } from '../../../adapters/preview/preview.ts';

const CASES = path.join(import.meta.dirname, 'cases');
const names = readdirSync(CASES);

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(folder: string, options: Partial<PreviewOptions>): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await previewContract(
    folder,
    { write: (text) => (out += text) },
    {
      ticket: null,
      file: null,
      format: 'text',
      color: false,
      environment: {},
      clock: { now: () => Date.parse('2026-11-23T09:00:00Z') },
      input: Readable.from([]),
      complaints: { write: (text) => (err += text) },
      ...options,
    },
  );
  return { code, out, err };
}

const situationOf = (name: string): string => path.join(CASES, name, 'situation.yaml');
const folderOf = (name: string): string => `rules/${name.split('-')[0] ?? ''}`;

describe('bridgehead preview', () => {
  it.each(names)('says what would happen, and why: %s', async (name) => {
    const { out, err } = await run(folderOf(name), { file: situationOf(name) });

    const golden = path.join(CASES, name, 'expected.txt');
    if (process.env.UPDATE_GOLDEN === '1' || !existsSync(golden)) writeFileSync(golden, out);
    expect(out).toBe(readFileSync(golden, 'utf8'));
    expect(err).toBe('');
  });

  it('paints on a terminal only, and then says the same', async () => {
    const name = 'acme-unknown-group';
    const plain = await run(folderOf(name), { file: situationOf(name) });
    const painted = await run(folderOf(name), { file: situationOf(name), color: true });

    expect(plain.out).not.toContain('\u001b');
    expect(painted.out).toContain('\u001b[');
    // eslint-disable-next-line no-control-regex -- the colours
    expect(painted.out.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(plain.out);
  });

  it('prints the same as JSON', async () => {
    const { code, out } = await run('rules/acme', {
      file: situationOf('acme-new-incident'),
      format: 'json',
    });
    const preview = JSON.parse(out) as Preview;

    expect(code).toBe(0);
    expect(preview.performed).toContain('Nothing was performed');
    expect(preview.calls.map(({ kind }) => kind)).toEqual(['create', 'update']);
  });

  it('reads a situation from standard input', async () => {
    const input = Readable.from([readFileSync(situationOf('globex-new-case'))]);
    const { code, out } = await run('rules/globex', { file: '-', input });

    expect(code).toBe(0);
    expect(out).toBe(readFileSync(path.join(CASES, 'globex-new-case', 'expected.txt'), 'utf8'));
  });

  it('shows no control characters of a ticket', async () => {
    const ticket = { kind: 'incident', group: 'Network Ops', title: 'a\u001b[2Jb\u009bc', description: 'd' };
    const { out } = await run('rules/acme', {
      file: '-',
      input: Readable.from([JSON.stringify({ ticket: { ...ticket, status: 'New', priority: 'P1' } })]),
    });

    expect(out).toContain('incidents for the provider');
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('ends with 1 when the ticket would be parked', async () => {
    const { code, out } = await run('rules/acme', { file: situationOf('acme-refused-payload') });

    expect(code).toBe(1);
    expect(out).toContain('Then the ticket is parked (payload-refused)');
  });

  it.each([
    ['nothing to preview', {}, 'Name what is to be previewed: --ticket NUMBER or --file FILE'],
    ['a missing file', { file: 'no/such.yaml' }, 'no/such.yaml cannot be read: ENOENT.'],
    [
      'a file that is no YAML',
      { file: '-', input: Readable.from(['ticket: [']) },
      'is neither YAML nor JSON',
    ],
    ['a list', { file: '-', input: Readable.from(['[]']) }, '-: must be an object, not []'],
    ['an unknown key', { file: '-', input: Readable.from(['tiket: {}']) }, 'Did you mean "ticket"?'],
    [
      'unknown names, all of them',
      { file: '-', input: Readable.from(['ticket: { titel: x, caller: { nam: y }, custom: { cc: z } }']) },
      /ticket\.titel: is no field of itsm\.yaml\. Did you mean "title"\?[\s\S]*ticket\.caller\.nam: .*Did you mean "name"[\s\S]*ticket\.custom\.cc/,
    ],
    [
      'values of another type',
      { file: '-', input: Readable.from(['ticket: { starts_at: soon, location: Omaha }']) },
      /ticket\.starts_at: must be a date[\s\S]*ticket\.location: has parts \(name\)/,
    ],
    [
      'an unknown transaction',
      { file: '-', input: Readable.from(['receives: [{ Updat: {} }]']) },
      'receives[0].Updat: is no TransactionType. Did you mean "Update"?',
    ],
    [
      'a message that the queue would not have',
      { file: '-', input: Readable.from(['receives: [{ Body: {}, Attributes: {} }]']) },
      'receives[0]: is no message of the queue: it has no MessageGroupId',
    ],
    [
      'agreement about a live ticket',
      { ticket: 'INC1', file: '-', input: Readable.from(['agreed: {}']) },
      "agreed: cannot be said of a live ticket: the engine's tables say it",
    ],
  ])('ends with 2 and says what helps: %s', async (_, options, words) => {
    const { code, out, err } = await run('rules/acme', options);

    expect(err).toMatch(words instanceof RegExp ? words : new RegExp(words.replaceAll(/[[\]().?]/g, '\\$&')));
    expect(code).toBe(2);
    expect(out).toBe('');
  });

  it('ends with 3 when a live ticket needs a setting that is missing', async () => {
    const { code, err } = await run('rules/acme', { ticket: 'INC0000001' });

    expect(code).toBe(3);
    expect(err).toMatch(
      /rules\/acme\/itsm\.yaml:\d+: the environment variable ACME_ITSM_DATABASE is not set/,
    );
  });

  it('ends with 1 and shows the diagnostics when the rules have errors', async () => {
    const { code, err } = await run('test/diagnostics/cases/poll-too-often', {
      file: '-',
      input: Readable.from(['ticket: {}']),
    });

    expect(code).toBe(1);
    expect(err).toContain('BH0');
  });
});
