import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, describe, expect, it } from 'vitest';
import { compileContract } from '../../../engine/compile/compile-contract.ts';
import { compileTests } from '../../../engine/compile/tests/compile-tests.ts';
import { TESTS_MAX } from '../../../engine/compile/tests/test-limits.ts';
import {
  APPROVAL_FIELDS,
  ATTACHMENT_FIELDS,
  CASE_FIELDS,
  CHANGE_ONLY_FIELDS,
  NOTES_FIELDS,
} from '../../../engine/compile/vocabulary.ts';
import schema from '../../../schemas/tests.schema.json' with { type: 'json' };

const BASE = path.join(import.meta.dirname, '../../diagnostics/base');

function compile(...texts: readonly string[]) {
  const files = new Map(
    ['contract.yaml', 'itsm.yaml'].map((name) => [name, readFileSync(path.join(BASE, name), 'utf8')]),
  );
  const { contract } = compileContract({ files, main: 'contract.yaml' });
  assert(contract !== null);
  return compileTests(new Map(texts.map((text, index) => [`tests/${index}.yaml`, text])), contract);
}

describe('tests of a contract', () => {
  it('give what is not written as NULL, and texts to columns of text', () => {
    const { tests, diagnostics } = compile(`
tickets: { disk: { title: 42, caller: { name: Kim Carter } } }
tests: [{ name: one, agreed: disk, given: { caller: { mail: kim@small.example } }, expect: { sends: [] } }]
`);
    expect(diagnostics).toEqual([]);
    expect(tests?.[0]?.ticket).toMatchObject({
      number: 'TEST-1',
      fields: { title: '42', text: null, caller: { name: 'Kim Carter', mail: 'kim@small.example' } },
    });
    expect(tests?.[0]?.agreed?.fields).toMatchObject({ caller: { name: 'Kim Carter', mail: null } });
  });

  it('name each case by the values that it gives, unless it has a name', () => {
    const { tests } = compile(`
tickets: { disk: { title: Disk full } }
tests:
  - name: table
    agreed: disk
    expect: { sends: [] }
    cases:
      - { given: { priority: High }, before: { priority: Low } }
      - { receives: [Update: { status: pending }] }
      - { receives: [Update: { status: pending }] }
      - { name: the last, answers: [timeout] }
`);
    expect(tests?.map(({ name }) => name)).toEqual([
      'table · priority: High, was priority: Low',
      'table · Update status: pending',
      'table · Update status: pending (2)',
      'table · the last',
    ]);
  });

  it('lay a case over its test: given by field, expect by key', () => {
    const { tests } = compile(`
tickets: { disk: { title: Disk full } }
tests:
  - name: table
    agreed: disk
    given: { title: A, priority: High }
    expect: { sends: [], outcome: applied }
    cases: [{ given: { title: B }, expect: { outcome: dropped } }]
`);
    expect(tests?.[0]?.ticket?.fields).toMatchObject({ title: 'B', priority: 'High' });
    expect(tests?.[0]?.expected).toMatchObject({ calls: [], outcomes: ['dropped'] });
  });

  it('share the tickets of all files', () => {
    const { tests, diagnostics } = compile(
      'tickets: { disk: { title: Disk full } }\n',
      'tests: [{ name: one, ticket: disk, expect: { sends: [] } }]\n',
    );
    expect(diagnostics).toEqual([]);
    expect(tests).toHaveLength(1);
  });

  it('are not more than can be played in good time', () => {
    const cases = Array.from({ length: 150 }, (_, index) => `{ given: { title: "${index}" } }`).join(', ');
    const many = Array.from(
      { length: Math.ceil(TESTS_MAX / 150) + 1 },
      (_, index) => `{ name: "${index}", ticket: disk, expect: { sends: [] }, cases: [${cases}] }`,
    );
    const { tests, diagnostics } = compile(
      'tickets: { disk: { title: Disk full } }\n',
      ...many.map((one) => `tests: [${one}]\n`),
    );
    expect(tests).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['BH106']);
  });

  it('know every name that a message has', () => {
    const { body } = schema.definitions;
    expect(Object.keys(body.properties).sort()).toEqual(
      [...CASE_FIELDS, ...CHANGE_ONLY_FIELDS, ...APPROVAL_FIELDS, ...ATTACHMENT_FIELDS, 'notes', 'changed']
        .filter((name) => name !== 'transactionType')
        .sort(),
    );
    expect(Object.keys(body.properties.notes.properties).sort()).toEqual([...NOTES_FIELDS].sort());
  });
});
