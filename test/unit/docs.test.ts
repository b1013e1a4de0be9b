import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { assert, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { playTest } from '../../adapters/contract-tests/play-test.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { compileTests } from '../../engine/compile/tests/compile-tests.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';

const root = join(import.meta.dirname, '../..');
const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
const readSchema = (name: string): JsonObject => JSON.parse(readText(`schemas/${name}`)) as JsonObject;

const CONTRACT_PAGE = 'docs/contract.md';
const ITSM_PAGE = 'docs/itsm.md';
const TESTS_PAGE = 'docs/tests.md';
const PAGES = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const SCHEMAS = {
  contract: readSchema('contract.schema.json'),
  itsm: readSchema('itsm.schema.json'),
  tests: readSchema('tests.schema.json'),
};

interface Block {
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** What stands behind the backquotes: `yaml`, `yaml fragment`. */
  readonly kind: string;
  readonly text: string;
}

const FENCED = /^```([^\n]*)\n(.*?)^```/gms;

const blocksOf = (page: string): readonly Block[] =>
  [...readText(page).matchAll(FENCED)].map((match) => ({
    page,
    line: match.input.slice(0, match.index).split('\n').length,
    kind: (match[1] ?? '').trim(),
    text: match[2] ?? '',
  }));

const blocks = PAGES.flatMap(blocksOf);
const named = (block: Block): readonly [string, Block] => [`${block.page}:${block.line}`, block];

const isFile = (name: string) => (block: Block) =>
  block.kind === 'yaml' && block.text.trimStart().startsWith(`# ${name}`);
const contracts = blocks.filter(isFile('contract.yaml'));
const descriptions = blocks.filter(isFile('itsm.yaml'));
const tests = blocks.filter(({ kind }) => kind === 'yaml tests');
const fragments = blocks.filter(({ kind }) => kind === 'yaml fragment');

/** The other half of a contract: from the same page, or else from the page that describes that file. */
const besides = (block: Block, others: readonly Block[], page: string): Block | undefined =>
  others.find((other) => other.page === block.page) ?? others.find((other) => other.page === page);

function errorsOf(contract: Block | undefined, itsm: Block | undefined): readonly string[] {
  const files = new Map([
    ['contract.yaml', contract?.text ?? ''],
    ['itsm.yaml', itsm?.text ?? ''],
  ]);
  return compileContract({ files, main: 'contract.yaml' })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ place, code, message }) => `${place.file}:${place.line} ${code} ${message}`);
}

/** The schema of a part: nothing is required, everything that is written must still be allowed. */
function partial(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(partial);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'required' && Array.isArray(value)))
      .map(([key, value]) => [key, partial(value)]),
  );
}

const ajv = new Ajv({ strict: false, allowUnionTypes: true });
const validators = [SCHEMAS.contract, SCHEMAS.itsm].map((schema) =>
  ajv.compile(partial(schema) as JsonObject),
);

/** Every key that a user may write, at any depth. */
function keysOf(schema: Json): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (!isJsonObject(schema)) return [];
  const own = isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

/** What only the bridge gives names to, in messages and calls: other pages have those. */
const BRIDGE_DEFINITIONS = ['body', 'message', 'call', 'sent_comments'];

const writtenByHand = (schema: JsonObject): JsonObject => ({
  ...schema,
  definitions: Object.fromEntries(
    Object.entries(schema.definitions as JsonObject).filter(([name]) => !BRIDGE_DEFINITIONS.includes(name)),
  ),
});

/** The words of a page that stand in code: in backquotes or in a block. */
const codeWords = (page: string): ReadonlySet<string> =>
  new Set(
    [...readText(page).matchAll(/```.*?```|`[^`\n]+`/gs)].flatMap(([code]) => code.match(/\w+/g) ?? []),
  );

const REFERENCE = readText('docs/reference.md');

const linksOf = (page: string): readonly string[] =>
  [
    ...readText(page)
      .replaceAll(FENCED, '')
      .matchAll(/\]\(([^)#\s]+)[^)]*\)/g),
  ]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

describe('the documentation', () => {
  it('has complete files and fragments to look at', () => {
    expect(contracts.map(({ page }) => page)).toContain(CONTRACT_PAGE);
    expect(descriptions.map(({ page }) => page)).toContain(ITSM_PAGE);
    expect(fragments.length).toBeGreaterThan(5);
  });

  it.each(contracts.map(named))('shows a contract.yaml that compiles at %s', (_, block) => {
    expect(errorsOf(block, besides(block, descriptions, ITSM_PAGE))).toEqual([]);
  });

  it.each(descriptions.map(named))('shows an itsm.yaml that compiles at %s', (_, block) => {
    expect(errorsOf(besides(block, contracts, CONTRACT_PAGE), block)).toEqual([]);
  });

  it.each(fragments.map(named))('shows a part of a file that its schema allows at %s', (_, block) => {
    const part: unknown = parse(block.text);
    const faults = validators.map((validate) => (validate(part) ? '' : ajv.errorsText(validate.errors)));

    expect(isJsonObject(part)).toBe(true);
    expect(faults, faults.join('\n')).toContain('');
  });

  it.each(tests.map(named))('shows tests that pass with the contract of Acme at %s', async (_, block) => {
    const { contract } = await loadContract(join(root, 'rules/acme'));
    assert(contract !== null);
    const compiled = compileTests(new Map([['tests.yaml', block.text]]), contract);
    const played = await Promise.all((compiled.tests ?? []).map((one) => playTest(contract, one, null)));

    expect(compiled.diagnostics).toEqual([]);
    expect(played.length).toBeGreaterThan(0);
    expect(played.filter(({ kind }) => kind !== 'passed').map(({ test }) => test.name)).toEqual([]);
  });

  it('mentions in docs/tests.md every key of a file of tests', () => {
    const words = codeWords(TESTS_PAGE);

    expect([...new Set(keysOf(writtenByHand(SCHEMAS.tests)))].filter((key) => !words.has(key))).toEqual([]);
  });

  it.each(PAGES)('has in %s only links to files that there are', (page) => {
    const missing = linksOf(page).filter((target) => !existsSync(join(root, dirname(page), target)));

    expect(missing).toEqual([]);
  });

  it.each(PAGES)('has in %s only links to places of the reference that there are', (page) => {
    const own = page === 'docs/reference.md' ? '' : 'reference.md';
    const links = [...readText(page).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)];
    const places = links
      .filter(([, target]) => basename(target ?? '') === own)
      .map(([, , place]) => place ?? '');
    const missing = places.filter((place) => !REFERENCE.includes(`<a id="${place}"></a>`));

    expect(missing).toEqual([]);
  });
});
