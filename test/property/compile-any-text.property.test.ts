import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { DIAGNOSTICS_MAX } from '../../engine/compile/report.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const sample = (name: string): string => readFileSync(path.join(ROOT, 'rules', name), 'utf8');
const SAMPLES = ['acme', 'globex'].map((name) => ({
  contract: sample(`${name}/contract.yaml`),
  itsm: sample(`${name}/itsm.yaml`),
}));

/** Compiles, and holds the promises that hold for any text: no throw, bounded diagnostics with places in the files. */
function compileHonestly(contract: string, itsm: string): void {
  const files = new Map([
    ['contract.yaml', contract],
    ['itsm.yaml', itsm],
  ]);
  const compiled = compileContract({ files, main: 'contract.yaml' });
  const hasErrors = compiled.diagnostics.some(({ severity }) => severity === 'error');
  expect(compiled.contract === null).toBe(hasErrors);
  expect(compiled.diagnostics.length).toBeLessThanOrEqual(DIAGNOSTICS_MAX + 1);
  for (const { place, length, message } of compiled.diagnostics) {
    const lines = files.get(place.file)?.split('\n') ?? [];
    expect(place.line).toBeGreaterThanOrEqual(1);
    expect(place.line).toBeLessThanOrEqual(lines.length);
    expect(place.column).toBeGreaterThanOrEqual(1);
    expect(place.column).toBeLessThanOrEqual((lines[place.line - 1]?.length ?? 0) + 2);
    expect(length).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
  }
}

/** What breaks YAML, JSON Schema and JSONata most often. */
const NASTY = fc.constantFrom(
  ...[
    '"',
    "'",
    '`',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ':',
    ': ',
    ' #',
    '- ',
    '|',
    '>',
    '&a ',
    '*a',
    '!t ',
    '? ',
    '%',
    '@',
  ],
  ...[
    '\t',
    '\r\n',
    '\n',
    '\n---\n',
    '\u0000',
    '\ufeff',
    '\u2028',
    '😀',
    '~',
    'null',
    '1e999',
    '-0',
    '0x1F',
    '<<: ',
  ],
  ...[
    '$',
    '$$',
    '??',
    '?:',
    '~>',
    '**',
    '%.',
    '/(/',
    '/a/',
    ':=',
    '..',
    'function($x){',
    '__proto__: 1\n',
    '\\u00',
  ],
);

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
  put: fc.oneof(NASTY, fc.constant(''), fc.string({ maxLength: 5, unit: 'binary' })),
});

const apply = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((changed, { at, drop, put }) => {
    const index = Math.floor(at * changed.length);
    return changed.slice(0, index) + put + changed.slice(index + drop);
  }, text);

describe('whatever the files hold, compiling returns', () => {
  test('the samples with a few edits', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(edit, { maxLength: 4 }),
        fc.array(edit, { maxLength: 2 }),
        ({ contract, itsm }, contractEdits, itsmEdits) => {
          compileHonestly(apply(contract, contractEdits), apply(itsm, itsmEdits));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the samples with one value replaced by any other', () => {
    const value = fc.oneof(NASTY, fc.json({ maxDepth: 3 }), fc.string());
    const line = fc.nat({ max: 200 });
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        line,
        line,
        value,
        ({ contract, itsm }, first, second, put) => {
          const replaced = (text: string, at: number): string =>
            text
              .split('\n')
              .map((written, index) => (index === at ? written.replace(/: .*/, () => `: ${put}`) : written))
              .join('\n');
          compileHonestly(replaced(contract, first), replaced(itsm, second));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.oneof(NASTY, fc.constantFrom('contract', 'itsm', 'bridge', 'a', ' ', '  ')), {
          maxLength: 60,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, (contract, itsm) => {
        compileHonestly(contract, itsm);
      }),
      { numRuns: 1000 },
    );
  });

  test('any mapping of the right keys', () => {
    const value = fc.json({ maxDepth: 4 }).map((json) => JSON.parse(json) as unknown);
    const keys = [
      'contract',
      'client_name',
      'bridge',
      'itsm',
      'tables',
      'outbound',
      'inbound',
      'conflicts',
      'errors',
    ];
    const contract = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
    const itsm = fc.record(
      { database: value, tickets: value, comments: value, changes: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(contract, itsm, (writtenContract, writtenItsm) => {
        compileHonestly(
          JSON.stringify({ ...writtenContract, itsm: 'itsm.yaml' }, null, 1),
          JSON.stringify(writtenItsm, null, 1),
        );
      }),
      { numRuns: 150 },
    );
  });
});
