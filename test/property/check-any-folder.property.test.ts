import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { runCheck, type CheckFormat } from '../../adapters/cli/check.ts';
import type { CheckDocument } from '../../adapters/terminal/check-json.ts';

const RULES = path.join(import.meta.dirname, '../../rules');
const SAMPLES = ['acme', 'globex'].map((name) => ({
  contract: readFileSync(path.join(RULES, name, 'contract.yaml')),
  itsm: readFileSync(path.join(RULES, name, 'itsm.yaml')),
}));
/** More runs by hand: FUZZ_RUNS=20000 npx vitest run test/property/check-any-folder.property.test.ts */
const RUNS = Number(process.env.FUZZ_RUNS ?? 40);

const root = mkdtempSync(path.join(tmpdir(), 'bridgehead-fuzz-'));
const folder = path.join(root, 'contract');

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const put = (name: string, content: string | Uint8Array): void =>
  writeFileSync(path.join(folder, name), content);

/** Checks the folder in every format: each ends, with an exit code that fits, and the document is one. */
async function check(): Promise<CheckDocument> {
  const printed = async (format: CheckFormat): Promise<string> => {
    let said = '';
    const out = { write: (text: string) => (said += text) };
    const options = { format, strict: false, verbose: true, color: true, database: null, complaints: out };
    const exit = await runCheck([folder], out, options);
    expect([0, 1]).toContain(exit);
    return said;
  };
  const document = JSON.parse(await printed('json')) as CheckDocument;
  const told = await printed('text');
  for (const { code } of document.contracts[0]?.diagnostics ?? []) expect(told).toContain(code);
  const annotations = (await printed('github')).split('\n').filter((line) => line.startsWith('::'));
  expect(annotations).toHaveLength(document.contracts[0]?.diagnostics.length ?? 0);
  return document;
}

const codes = async (): Promise<readonly string[]> =>
  ((await check()).contracts[0]?.diagnostics ?? []).map(({ code }) => code);

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: Uint8Array;
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc
    .constantFrom(
      ...[
        '\u0000',
        '\r',
        '\r\n',
        '\t',
        '\ufeff',
        '# allow BH064: x',
        '# allow BH999',
        '|',
        '>-',
        '&a ',
        '*a',
      ],
      ...[
        '<<: *a',
        '? ',
        '__proto__: ',
        'constructor: ',
        '{',
        '[',
        '"',
        "'",
        ' and false',
        ' or true',
        '1: ',
      ],
      ...[
        '$match(title, /(a+)+$/)',
        '~> |$|{}|',
        '??',
        '$$',
        '%',
        '**',
        'function($x){$x($x)}',
        '😀',
        '\u0301',
      ],
    )
    .map((text) => new TextEncoder().encode(text)),
);
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
  put: bytes,
});

const applied = (text: Uint8Array, edits: readonly Edit[]): Uint8Array =>
  edits.reduce((changed, { at, drop, put: inserted }) => {
    const index = Math.floor(at * changed.length);
    return Buffer.concat([changed.subarray(0, index), inserted, changed.subarray(index + drop)]);
  }, text);

/** Lines deleted, doubled, swapped, and moved to another depth. */
const lineEdit = fc.record({
  kind: fc.constantFrom('delete', 'double', 'swap', 'indent', 'outdent'),
  at: fc.nat(),
  with: fc.nat(),
});
type LineEdit = typeof lineEdit extends fc.Arbitrary<infer E> ? E : never;

const rearranged = (text: string, edits: readonly LineEdit[]): string =>
  edits
    .reduce((lines, { kind, at, with: other }) => {
      const index = at % lines.length;
      const line = lines[index] ?? '';
      const second = lines[other % lines.length] ?? '';
      if (kind === 'delete') return lines.length > 1 ? lines.toSpliced(index, 1) : lines;
      if (kind === 'double') return lines.toSpliced(other % lines.length, 0, line);
      if (kind === 'swap') return lines.with(index, second).with(other % lines.length, line);
      return lines.with(index, kind === 'indent' ? `  ${line}` : line.replace(/^ {2}/, ''));
    }, text.split('\n'))
    .join('\n');

describe('whatever a folder holds, check ends and says so', () => {
  test('the samples with bytes put in, taken out and replaced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SAMPLES),
        fc.array(edit, { maxLength: 5 }),
        fc.array(edit, { maxLength: 2 }),
        async ({ contract, itsm }, contractEdits, itsmEdits) => {
          put('contract.yaml', applied(contract, contractEdits));
          put('itsm.yaml', applied(itsm, itsmEdits));
          await check();
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('the samples with lines deleted, doubled, swapped and moved to another depth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SAMPLES),
        fc.array(lineEdit, { maxLength: 4 }),
        fc.array(lineEdit, { maxLength: 2 }),
        async ({ contract, itsm }, contractEdits, itsmEdits) => {
          put('contract.yaml', rearranged(contract.toString(), contractEdits));
          put('itsm.yaml', rearranged(itsm.toString(), itsmEdits));
          await check();
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('a pipe that nobody writes to is not waited for', async () => {
    execFileSync('mkfifo', [path.join(folder, 'contract.yaml')]);
    expect(await codes()).toEqual(['BH001']);
  });

  test('a link to a device, a folder, a file of ten megabytes, and a name that climbs out', async () => {
    symlinkSync('/dev/zero', path.join(folder, 'contract.yaml'));
    expect(await codes()).toEqual(['BH008']);
    rmSync(path.join(folder, 'contract.yaml'));
    mkdirSync(path.join(folder, 'contract.yaml'));
    expect(await codes()).toEqual(['BH001']);
    rmSync(path.join(folder, 'contract.yaml'), { recursive: true });
    put('contract.yaml', `a: ${'b'.repeat(10 * 1024 * 1024)}`);
    expect(await codes()).toEqual(['BH002']);
    put('contract.yaml', 'itsm: ../../etc/passwd\n');
    expect(await codes()).toContain('BH008');
  });

  test.each([
    ['aliases that stand for each other', `a: &a [x]\n${'b: &b [*a, *a]\n'.repeat(3)}c: &c [*c]\n`],
    ['a merge key', 'base: &b { contract: x }\n<<: *b\n'],
    ['numbers and nothing as keys', '1: a\n1.0: b\n~: c\n? \n: d\n'],
    ['lone carriage returns', 'contract: x\ritsm: y\r'],
    ['nested too deeply', '['.repeat(20_000)],
    ['conditions with very many cases', largeConditions()],
    ['as many comments as fit', '# allow BH053: x\n'.repeat(15_000)],
    ['keys of the prototype', '__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\n'],
  ])('%s', async (_, text) => {
    put('contract.yaml', text);
    expect((await check()).counts.errors).toBeGreaterThan(0);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

/** 250 kB of triggers whose conditions multiply. */
function largeConditions(): string {
  const atom = (at: number): string => `(a${at} = 1 or b${at} = 2)`;
  const one = Array.from({ length: 40 }, (_, at) => atom(at)).join(' and ');
  const few = Array.from({ length: 5 }, (_, at) => atom(at)).join(' and ');
  const rules = Array.from({ length: 220 }, (_, at) => `    - { name: n${at}, when: ${at % 2 ? one : few} }`);
  return `outbound:\n  triggers:\n${rules.join('\n')}\n`;
}
