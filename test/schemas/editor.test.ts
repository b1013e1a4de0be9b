import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPair, isScalar, parseDocument, visit } from 'yaml';
import { CompletionItemKind } from 'yaml-language-server';
import { readRuleSchemas, resolve, valuesOf, type Schema } from '../../scripts/reference/schema.ts';
import { sectionsOf, type Path, type Row } from '../../scripts/reference/sections.ts';
import { documentationOf, YamlEditor } from '../support/yaml-editor.ts';

const root = join(import.meta.dirname, '../..');
const RULES = join(root, 'rules');
const samples = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort();
const schemas = readRuleSchemas();
const editor = new YamlEditor();

/** How many of the places of one definition are tried. */
const PLACES_MAX = 3;

const schemaOf = (sample: string): Schema => {
  const name = basename(join(sample, '..')) === 'tests' ? 'tests' : basename(sample, '.yaml');
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`There is no schema for ${sample}`);
  return schema;
};

/** A file of a contract that is just being written. */
const openNew = (file: string, text: string) =>
  editor.open(
    join(RULES, 'new', `${file}.yaml`),
    `# yaml-language-server: $schema=../../schemas/${file}.schema.json\n${text}`,
  );

/** The lines that lead to a place, and the cursor behind them: in a fresh line, one step further in. */
function leadTo(path: Path): string {
  let text = '';
  let indent = '';
  let isItem = false;
  for (const step of path) {
    if (step === '[]') {
      text += `${indent}- `;
      isItem = true;
    } else {
      const name = step === '*' ? 'name' : step;
      text += `${isItem ? '' : indent}${name}:\n`;
      isItem = false;
    }
    indent += '  ';
  }
  return isItem ? text : text + indent;
}

const parts = [...schemas].flatMap(([file, schema]) =>
  sectionsOf(file, schema).map((section) => ({ file, section })),
);
const mappings = parts
  .filter(({ section }) => section.rows.some(({ key }) => key !== null))
  .map(({ file, section }): readonly [string, string, readonly Row[]] => [
    `${file}: ${section.heading}`,
    file,
    section.rows,
  ]);
const choices = parts.flatMap(({ file, section }) =>
  section.rows
    .filter(({ schema }) => schema.enum !== undefined || schema.then?.enum !== undefined)
    .map((row): readonly [string, string, Row] => [
      `${file}: ${section.heading} ${row.key ?? 'NAME'}`,
      file,
      row,
    ]),
);

describe('an editor with yaml-language-server', () => {
  it.each(samples)('finds the schema of %s and has nothing to say', async (sample) => {
    const path = join(RULES, sample);
    const document = editor.open(path, readFileSync(path, 'utf8'));

    expect(document.getText()).toMatch(/^# yaml-language-server: \$schema=/);
    expect(await editor.messages(document)).toEqual([]);
  });

  it.each(mappings)('offers just the keys of %s, each with its description', async (_, file, rows) => {
    const keys = rows.filter(({ key }) => key !== null);
    for (const place of keys[0]?.places.slice(0, PLACES_MAX) ?? []) {
      const text = leadTo(place.slice(0, -1));
      const document = openNew(file, text);
      const items = await editor.completions(document, document.getText().length);
      const offered = items.filter(({ kind }) => kind === CompletionItemKind.Property);
      const documented = offered.map((item) => [item.label, documentationOf(item)]);

      expect(documented.sort(), text).toEqual(
        keys.map(({ key, schema }) => [key, schema.description]).sort(),
      );
    }
  });

  it.each(choices)('offers the words of %s', async (_, file, { places, schema }) => {
    const words = schema.enum ?? schema.then?.enum ?? [];
    for (const place of places.slice(0, PLACES_MAX)) {
      const text = `${leadTo(place).trimEnd()} `;
      const document = openNew(file, text);
      const items = await editor.completions(document, document.getText().length);

      expect(
        items.map(({ label }) => label),
        text,
      ).toEqual(expect.arrayContaining([...words]));
      expect(items.map(({ label }) => label)).not.toContain('[object Object]');
      if (schema.enum !== undefined) {
        const documented = items.map((item) => [item.label, documentationOf(item)]);
        expect(documented).toEqual(
          expect.arrayContaining(
            words.map((word, at) => [word, schema.enumDescriptions?.[at] ?? schema.description]),
          ),
        );
      }
    }
  });

  it.each(mappings.filter(([, , rows]) => rows.every(({ key }) => key !== null)))(
    'says of a key that %s does not have that it is not allowed',
    async (_, file, rows) => {
      const [place] = rows[0]?.places ?? [];
      const messages = await editor.messages(
        openNew(file, `${leadTo((place ?? []).slice(0, -1))}nonsense: 1\n`),
      );

      expect(messages.map(({ message }) => message)).toContain('Property nonsense is not allowed.');
    },
  );

  it.each(choices)(
    'says of a word that %s does not know which ones there are',
    async (_, file, { places, schema }) => {
      const [place] = places;
      const messages = await editor.messages(openNew(file, `${leadTo(place ?? []).trimEnd()} nonsense\n`));
      const said = messages.map(({ message }) => message).join('\n');

      for (const word of schema.enum ?? schema.then?.enum ?? []) expect(said).toContain(`"${word}"`);
    },
  );

  it.each(samples)('shows for each key of %s what it means', async (sample) => {
    const path = join(RULES, sample);
    const document = editor.open(path, readFileSync(path, 'utf8'));
    const keys = describedKeys(document.getText(), schemaOf(sample));

    expect(keys.length).toBeGreaterThan(0);
    for (const { key, at, description } of keys)
      expect(await editor.hover(document, document.positionAt(at)), key).toContain(description);
  });

  it('asks for nothing but the files that modelines name', () => {
    expect([...new Set(editor.asked)].map((address) => basename(address)).sort()).toEqual(
      [...schemas.keys()].map((file) => `${file}.schema.json`).sort(),
    );
    expect(editor.asked.filter((address) => !address.startsWith('file:'))).toEqual([]);
  });
});

interface DescribedKey {
  readonly key: string;
  /** Where it stands in the text. */
  readonly at: number;
  readonly description: string;
}

/** The keys of a file, at any depth. Not the numbers among them: the language server shows nothing for a number. */
function describedKeys(text: string, schema: Schema): readonly DescribedKey[] {
  const found: DescribedKey[] = [];
  visit(parseDocument(text), {
    Pair: (_, { key }, ancestors) => {
      if (!isScalar(key) || typeof key.value !== 'string' || key.range == null) return;
      const above = ancestors.filter((ancestor) => isPair(ancestor)).map((pair) => String(pair.key));
      const description = descriptionAt(schema, [...above, key.value]);
      if (description !== null) found.push({ key: key.value, at: key.range[0], description });
    },
  });
  return found;
}

/** The description of what stands at a path of keys; lists are passed through. */
function descriptionAt(root: Schema, keys: readonly string[]): string | null {
  let at: Schema | undefined = root;
  for (const key of keys) {
    const whole = resolve(at, root);
    const mapping: Schema = whole.items === undefined ? whole : resolve(whole.items, root);
    at = mapping.properties?.[key] ?? valuesOf(mapping) ?? undefined;
    if (at === undefined) return null;
  }
  return resolve(at, root).description ?? null;
}
