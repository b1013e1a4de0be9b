import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runTests, type TestOptions } from '../../../adapters/cli/test.ts';
import { smallContract } from './fixtures.ts';

const TICKET = `
tickets:
  disk full:
    {
      number: INC1,
      title: Disk full,
      text: No space left,
      state: New,
      priority: Urgent,
      team: OPS,
      caller: { name: Kim Carter, mail: kim@small.example },
    }
`;

let root = '';
afterEach(() => rm(root, { recursive: true, force: true }));

/** Runs the command in the folder above the contract, so that files are named as they are for people. */
async function run(
  tests: string | null,
  options: Partial<TestOptions> = {},
  change?: (text: string) => string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  root = await smallContract(tests === null ? null : TICKET + tests, change);
  let out = '';
  let err = '';
  const code = await runTests(
    [path.join(root, 'small')],
    { write: (text) => (out += text) },
    {
      filter: '',
      coverage: false,
      threshold: null,
      format: 'text',
      color: false,
      width: 100,
      watch: null,
      complaints: { write: (text) => (err += text) },
      ...options,
    },
  );
  return { code, out: out.replaceAll(`${root}/`, ''), err };
}

/** What is printed, kept in golden/NAME.txt. UPDATE_GOLDEN=1 writes it anew: read the difference before committing it. */
function expectGolden(name: string, out: string): void {
  const file = path.join(import.meta.dirname, 'golden', `${name}.txt`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, out);
  expect(out).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

const PASSING = `
tests:
  - { name: nothing changed, agreed: disk full, expect: { sends: [] } }
`;

const WRONG_PRIORITY = `
tests:
  - name: an urgent ticket has the highest priority
    ticket: disk full
    expect:
      sends:
        - create:
            ticketType: Incident
            shortDescription: Disk full
            description: No space left
            priority: '1'
            contactName: Kim Carter
            contactEmail: kim@small.example
            contactPhone: '1'
`;

describe('a test that fails', () => {
  test('shows both sides, and the rule of the field with its operands', async () => {
    const { code, out } = await run(WRONG_PRIORITY);
    expect(code).toBe(1);
    expectGolden('wrong-priority', out);
  });

  test('shows one side below the other where it is narrow', async () => {
    expectGolden('narrow', (await run(WRONG_PRIORITY, { width: 50 })).out);
  });

  test('folds what does not fit its column', async () => {
    expectGolden('folded', (await run(WRONG_PRIORITY, { width: 64 })).out);
  });

  test('says what decided where a call is missing', async () => {
    const { out } = await run(`
tests:
  - { name: a ticket of another team travels, ticket: disk full, given: { team: DESK }, expect: { sends: [create: {}] } }
`);
    expectGolden('no-trigger', out);
  });

  test('names what was missing where a ticket is parked', async () => {
    const { out } = await run(`
tests:
  - name: a ticket without a caller travels
    ticket: disk full
    given: { caller: null }
    expect: { sends: [create: { shortDescription: Disk full }], other_fields: any }
`);
    expectGolden('parked', out);
  });

  test('says what a message wrote, and what it did not', async () => {
    const { out } = await run(`
tests:
  - name: the status comes back
    agreed: disk full
    receives: [Update: { status: pending, shortDescription: Disk full again }]
    expect: { writes: { state: Done }, outcome: dropped, deleted: false, because: all of ours, saying: tomorrow }
`);
    expectGolden('message', out);
  });

  test.each([
    ['a write more', '{ writes: { title: X } }', '{ shortDescription: X, status: pending }', {}],
    ['a write less', '{ writes: { title: X, state: Busy } }', '{ shortDescription: X }', {}],
    ['a call that nobody expects', '{ outcome: applied }', '{ status: open }', { title: 'Y' }],
    ['a field more', '{ sends: [update: {}] }', null, { title: 'Y' }],
    ['a field less', "{ sends: [update: { shortDescription: Y, priority: '1' }] }", null, { title: 'Y' }],
    [
      'two calls instead of one',
      '{ sends: [update: { shortDescription: Y }, create: {}] }',
      null,
      { title: 'Y' },
    ],
    [
      'a wait that does not come',
      '{ sends: [update: { shortDescription: Y }], waits: 1m..2m }',
      null,
      { title: 'Y' },
    ],
    [
      'a stop that does not come',
      '{ sends: [update: { shortDescription: Y }], stopped: true }',
      null,
      { title: 'Y' },
    ],
    ['nothing held', '{ held: true }', null, {}],
    ['another reason', '{ saying: because I say so }', null, {}],
    ['an opened ticket that is not', '{ opens: { title: X } }', null, {}],
    ['a comment that is not added', '{ adds_comments: [{ body: X }] }', null, {}],
    [
      'a field that must not be there',
      '{ sends: [update: { shortDescription: null }], other_fields: any }',
      null,
      { title: 'Y' },
    ],
  ])('fails by %s', async (_, expected, message, given) => {
    const { code, out } = await run(`
tests:
  - name: exactly what is expected
    agreed: disk full
    given: ${JSON.stringify(given)}
    ${message === null ? '' : `receives: [Update: ${message}]`}
    expect: ${expected}
`);
    expect(out).toContain('✗ exactly what is expected');
    expect(code).toBe(1);
  });
});

describe('a run', () => {
  test('passes if all tests do', async () => {
    expect(await run(PASSING)).toEqual({
      code: 0,
      out: 'small\n  ✓ nothing changed\n\n1 test passed\n',
      err: '',
    });
  });

  test('fails without tests', async () => {
    const { code, out } = await run(null);
    expect(code).toBe(1);
    expect(out).toContain('small has no tests: write them below small/tests/');
  });

  test('fails if the filter leaves none, and takes any case', async () => {
    expect((await run(PASSING, { filter: 'NOTHING' })).code).toBe(0);
    const { code, out } = await run(PASSING, { filter: 'everything' });
    expect(code).toBe(1);
    expect(out).toContain('no test has "everything" in its name');
  });

  test('plays nothing while the contract or a test has mistakes, and shows them', async () => {
    const broken = await run(PASSING, {}, (text) =>
      text.replace('shortDescription: title', 'shortDescription: titel'),
    );
    expect(broken.code).toBe(1);
    expect(broken.out).toContain('BH025');
    expect(broken.out).not.toContain('✓');
    const misspelt = await run(PASSING.replace('agreed', 'agred'));
    expect(misspelt.code).toBe(1);
    expect(misspelt.out).toMatch(/small\/tests\/tests\.yaml:\d+:\d+ {2}error BH010/);
    expect(misspelt.out).not.toContain('✓');
  });

  test('complains of a folder that is not there', async () => {
    const { code, err } = await run(PASSING, {});
    expect([code, err]).toEqual([0, '']);
    const missing = await runTests(
      [path.join(root, 'nowhere')],
      { write: () => undefined },
      {
        filter: '',
        coverage: false,
        threshold: null,
        format: 'text',
        color: false,
        width: 100,
        watch: null,
        complaints: { write: () => undefined },
      },
    );
    expect(missing).toBe(2);
  });

  test('says as JSON what it says to people', async () => {
    const { out } = await run(WRONG_PRIORITY, { format: 'json', coverage: true });
    expect(JSON.parse(out)).toMatchObject({
      passed: false,
      contracts: [
        {
          contract: 'small',
          tests: [
            {
              name: 'an urgent ticket has the highest priority',
              result: 'failed',
              expected: { sends: [{ create: { priority: '1' } }] },
              actual: { sends: [{ create: { priority: '3' } }] },
            },
          ],
          coverage: { percent: expect.any(Number) as number },
        },
      ],
    });
  });
});

describe('coverage', () => {
  test('says of each kind how much was met, and where the rest is written', async () => {
    const { code, out } = await run(PASSING, { coverage: true });
    expect(code).toBe(0);
    expectGolden('coverage', out);
  });

  test('fails a run below the threshold, and is never rounded up', async () => {
    const { code, out } = await run(PASSING, { threshold: 90 });
    expect(code).toBe(1);
    expect(out).toMatch(/small: coverage is \d+ %, and 90 % is asked for/);
    expect((await run(PASSING, { threshold: 5 })).code).toBe(0);
  });

  test('counts what a rule itself says of texts that do not fit, once it was asked', async () => {
    const shortening = (text: string): string =>
      text.replace('shortDescription: title', 'shortDescription: { value: title, too_long: cut }');
    const before = await run(PASSING, { coverage: true }, shortening);
    expect(before.out).toContain('limits: shortDescription: too_long: cut');
    const title = 'The disk is full. '.repeat(10).trim();
    const asked = `
tests:
  - { name: a long title, agreed: disk full, given: { title: '${title}' }, expect: { sends: [update: {}] } }
`;
    const { out } = await run(asked, { coverage: true }, shortening);
    expect(out).toMatch(/limits +1 of 1/);
    expect(out).not.toContain('limits: shortDescription');
  });

  test('counts nothing of what both sides agreed on beforehand', async () => {
    const { out } = await run(
      `
tests:
  - { name: a status that is known, agreed: disk full, before: { state: Busy }, given: { state: New }, expect: { sends: [update: { status: open }] } }
`,
      { coverage: true },
    );
    expect(out).toContain('table status, outbound: Busy → workinprogress');
    expect(out).not.toContain('table status, outbound: New → open');
  });
});
