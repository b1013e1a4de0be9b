import type { Json } from '../../engine/domain/json.ts';
import { definitionName, resolve, typesOf, valuesOf, type Schema } from './schema.ts';

/** The steps from the top of a file to a place: a key, `[]` for an item of a list, `*` for a name of the user's own. */
export type Path = readonly string[];

/** A part of the reference: a mapping with its keys, or a definition that several keys share. */
export interface Section {
  /** The schema's name: `contract`. */
  readonly file: string;
  readonly heading: string;
  readonly anchor: string;
  /** Resolved. */
  readonly schema: Schema;
  readonly rows: readonly Row[];
  readonly examples: readonly Example[];
}

/** A whole mapping or list, and where it may be written: at several places if it belongs to a definition. */
export interface Example {
  readonly value: Json;
  readonly places: readonly Path[];
}

export interface Row {
  /** Null for names that are the user's own. */
  readonly key: string | null;
  readonly anchor: string;
  /** As written: it may refer to a definition. */
  readonly written: Schema;
  /** Resolved. */
  readonly schema: Schema;
  readonly required: boolean;
  readonly places: readonly Path[];
  /** The section that describes what stands under it. */
  readonly section: string | null;
}

export const definitionAnchor = (file: string, name: string): string => `${file}--${name}`;

const anchorOf = (file: string, path: Path): string =>
  [file, ...path.map((step) => (step === '*' ? 'name' : step)).filter((step) => step !== '[]')].join('-');

/** `outbound.triggers`, `tables.NAME`: an item of a list is told under the list's own key. */
export const pathText = (path: Path): string =>
  path
    .filter((step) => step !== '[]')
    .map((step) => (step === '*' ? 'NAME' : step))
    .join('.');

/** Every section of a file's schema, in the order written; definitions last. */
export function sectionsOf(file: string, root: Schema): readonly Section[] {
  const places = new Map<string, Path[]>();
  collectDefinitionPlaces(root, root, [], places);
  const sections: Section[] = [];
  addSections(sections, { file, root, written: root, heading: '', anchor: file, places: [[]] });
  for (const [name, definition] of Object.entries(root.definitions ?? {})) {
    const heading = definition.title ?? name;
    const anchor = definitionAnchor(file, name);
    addSections(sections, {
      file,
      root,
      written: definition,
      heading,
      anchor,
      places: places.get(name) ?? [],
    });
  }
  return sections;
}

interface Site {
  readonly file: string;
  readonly root: Schema;
  readonly written: Schema;
  readonly heading: string;
  readonly anchor: string;
  readonly places: readonly Path[];
}

function addSections(sections: Section[], site: Site): void {
  const { file, root } = site;
  const whole = resolve(site.written, root);
  const isList = whole.items !== undefined && !isMapping(whole);
  const schema = isList ? resolve(whole.items, root) : whole;
  const at = isList ? site.places.map((path) => [...path, '[]']) : site.places;
  const inner: Site[] = [];
  const rows = childrenOf(schema).map(({ key, written, required }): Row => {
    const step = key ?? '*';
    const anchor = anchorOf(site.anchor, [step]);
    const places = at.map((path) => [...path, step]);
    const heading = [site.heading, key ?? 'NAME'].filter((part) => part !== '').join('.');
    const below = { file, root, heading, anchor, places, written };
    const shared =
      definitionName(written) ?? (written.items === undefined ? null : definitionName(written.items));
    const hasOwn = shared === null && isWorthASection(written);
    if (hasOwn) inner.push(below);
    const section = shared !== null ? definitionAnchor(file, shared) : hasOwn ? anchor : null;
    return { key, anchor, written, schema: resolve(written, root), required, places, section };
  });
  const examples = [
    ...examplesOf(schema, at),
    ...(isList ? examplesOf(whole, site.places) : []),
    // A list of something that is described elsewhere has no section of its own.
    ...rows.flatMap((row) => (row.section === row.anchor ? [] : examplesOf(row.written, row.places))),
  ];
  sections.push({ file, heading: site.heading, anchor: site.anchor, schema: whole, rows, examples });
  for (const next of inner) addSections(sections, next);
}

const examplesOf = (schema: Schema, places: readonly Path[]): readonly Example[] =>
  (schema['x-examples'] ?? []).map((value) => ({ value, places }));

/** A mapping, or a list of mappings, with keys or examples to show. */
function isWorthASection(written: Schema): boolean {
  const mapping = isMapping(written) ? written : (written.items ?? {});
  return isMapping(mapping) && (mapping.properties !== undefined || mapping['x-examples'] !== undefined);
}

const isMapping = (schema: Schema): boolean => typesOf(schema).includes('object');

interface Child {
  readonly key: string | null;
  readonly written: Schema;
  readonly required: boolean;
}

export function childrenOf(schema: Schema): readonly Child[] {
  const values = valuesOf(schema);
  return [
    ...Object.entries(schema.properties ?? {}).map(([key, written]) => ({
      key,
      written,
      required: schema.required?.includes(key) ?? false,
    })),
    ...(values === null ? [] : [{ key: null, written: values, required: false }]),
  ];
}

/** Where each definition may be written, those that stand inside of other definitions included. */
function collectDefinitionPlaces(
  written: Schema,
  root: Schema,
  path: Path,
  places: Map<string, Path[]>,
): void {
  const name = definitionName(written);
  if (name !== null) places.set(name, [...(places.get(name) ?? []), path]);
  const schema = resolve(written, root);
  if (schema.items !== undefined) collectDefinitionPlaces(schema.items, root, [...path, '[]'], places);
  for (const { key, written: child } of childrenOf(schema))
    collectDefinitionPlaces(child, root, [...path, key ?? '*'], places);
}
