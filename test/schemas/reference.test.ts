import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../engine/domain/json.ts';
import { BRIDGE_VALUES } from '../../engine/compile/vocabulary.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { placeExample, placements } from '../../scripts/reference/placement.ts';
import { renderReference } from '../../scripts/reference/render.ts';
import { readRuleSchemas, resolve, typesOf, type Schema } from '../../scripts/reference/schema.ts';
import { sectionsOf, type Path, type Row, type Section } from '../../scripts/reference/sections.ts';

const schemas = readRuleSchemas();
const parts = [...schemas].flatMap(([file, root]) =>
  sectionsOf(file, root).map((section): readonly [string, Section, Schema] => [
    section.heading === '' ? `${file}.yaml` : `${file}.yaml ${section.heading}`,
    section,
    root,
  ]),
);
const rows = parts.flatMap(([name, { rows: own, file }, root]) =>
  own.map((row): readonly [string, Row, string, Schema] => [
    `${name}: ${row.key ?? 'NAME'}`,
    row,
    file,
    root,
  ]),
);

/** What is said of an example wherever it is put; nothing if there is a place where nothing is said. */
function faultsOf(file: string, root: Schema, places: readonly Path[], value: Json): readonly string[] {
  const placed = placeExample(file, root, places, value);
  return 'faults' in placed ? [JSON.stringify(value), ...placed.faults] : [];
}

describe('every key of the rule files', () => {
  it('is found', () => {
    expect(rows.length).toBeGreaterThan(120);
  });

  it.each(rows)('is described and has an example: %s', (_, { key, schema, section }) => {
    expect(schema.description).toMatch(/.\.$/);
    const own = [...(schema.examples ?? []), ...(schema.enum ?? [])];
    // What stands under names of the user's own is shown by the mapping's example.
    const isShown = section !== null || key === null || schema['x-examples'] !== undefined;
    expect(own.length > 0 || isShown).toBe(true);
    // A mapping among them would be offered by editors as "[object Object]".
    expect(own.filter((example) => typeof example === 'object')).toEqual([]);
    expect(schema.enumDescriptions?.length).toBe(
      schema.enumDescriptions === undefined ? undefined : schema.enum?.length,
    );
  });

  it.each(rows)('has examples that compile in a sample contract: %s', (_, row, file, root) => {
    const examples = [...(row.schema.examples ?? []), ...(row.schema.enum ?? [])];
    for (const example of examples) expect(faultsOf(file, root, row.places, example)).toEqual([]);
  });

  it.each(parts.filter(([, { heading }]) => heading !== ''))(
    'is used by the examples of its section, which compile: %s',
    (_, { rows: own, examples, file }, root) => {
      const used = new Set(examples.flatMap(({ value }) => (isJsonObject(value) ? Object.keys(value) : [])));
      const unused = own.filter(
        ({ key, schema, section }) =>
          key !== null &&
          !used.has(key) &&
          schema.examples === undefined &&
          schema['x-examples'] === undefined &&
          section === null,
      );

      expect(unused.map(({ key }) => key)).toEqual([]);
      for (const { value, places } of examples) expect(faultsOf(file, root, places, value)).toEqual([]);
    },
  );
});

describe('the values that the bridge knows', () => {
  const contract = schemas.get('contract') ?? {};
  const values = resolve({ $ref: '#/definitions/values' }, contract).properties ?? {};

  it.each(Object.entries(BRIDGE_VALUES))('are offered for %s', (field, known) => {
    expect(values[field]?.examples).toEqual(known);
    expect(typesOf(values[field] ?? {})).toEqual(['string', 'number']);
  });
});

describe('what the schemas call a default', () => {
  /** Places at which it is tried: there can be very many of a field's. */
  const PAIRS_MAX = 3;
  /** Places that are looked at for more than the first. */
  const LOOKED_AT_MAX = 200;

  /** What the engine would run, without the places in the files, and without what coverage counts as written there. */
  const text = (contract: Contract | null): string =>
    JSON.stringify(contract, (key, value: unknown) =>
      key === 'place' || key === 'limits' ? undefined : value instanceof Map ? [...value] : value,
    );

  it.each(rows.filter(([, { schema }]) => schema.default !== undefined))(
    'is what the engine takes where nothing is written: %s',
    (_, { schema, places }, file, root) => {
      const pairs: (readonly [string, string])[] = [];
      let lookedAt = 0;
      for (const { compiled, compileWithout } of placements(file, root, places, schema.default ?? null)) {
        lookedAt += 1;
        if (pairs.length > 0 && lookedAt > LOOKED_AT_MAX) break;
        if (compiled.diagnostics.length > 0) continue;
        const without = compileWithout();
        if (without.diagnostics.length === 0) pairs.push([text(compiled.contract), text(without.contract)]);
        if (pairs.length === PAIRS_MAX) break;
      }

      expect(pairs.length).toBeGreaterThan(0);
      for (const [one, other] of pairs) expect(one).toBe(other);
    },
  );
});

describe('docs/reference.md', () => {
  it('is what the schemas say now', () => {
    const written = readFileSync(join(import.meta.dirname, '../../docs/reference.md'), 'utf8');

    expect(written, 'docs/reference.md is out of date: run `npm run reference`').toBe(renderReference());
  });
});
