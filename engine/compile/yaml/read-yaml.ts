import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Scalar } from 'yaml';
import type { Place } from '../../domain/place.ts';
import { CODES } from '../codes.ts';
import type { Report, Spot } from '../report.ts';
import { readAllowances } from '../silencing.ts';
import { characterOffsets } from './scalar-places.ts';
import type { WrittenEntry, WrittenMap, WrittenNode, WrittenScalar } from './written.ts';

/** A rule file that a person can still review: 256 Ki characters. */
export const FILE_LENGTH_MAX = 256 * 1024;
/** Levels of nesting; the languages use seven. */
const DEPTH_MAX = 40;
/** Values in one file, each alias counted as often as it is used: keeps alias bombs small. */
const NODES_MAX = 20_000;

// What YAML 1.2 forbids: the C0 controls without tab, line feed and carriage return, DEL, and the two non-characters.
// eslint-disable-next-line no-control-regex -- it is these that are looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

/** The file's top-level mapping with all its places; null, and a diagnostic, if there is none. */
export function readYaml(file: string, written: string, report: Report): WrittenMap | null {
  const text = written.startsWith('\ufeff') ? written.slice(1) : written;
  const top: Spot = { place: { file, line: 1, column: 1 }, length: 1 };
  if (text.length > FILE_LENGTH_MAX) {
    const message = `${file} has ${text.length} characters.`;
    report.add(CODES.fileTooLarge, top, message, `A rule file has at most ${FILE_LENGTH_MAX} characters.`);
    return null;
  }
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) {
    const before = text.slice(0, forbidden.index).split('\n');
    const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    const hex = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `The file holds the character U+${hex}, which YAML does not allow.`;
    report.add(
      CODES.badCharacter,
      { place, length: 1 },
      message,
      'Delete it, or write it escaped in double quotes.',
    );
    return null;
  }
  return parse(file, text, top, report);
}

function parse(file: string, text: string, top: Spot, report: Report): WrittenMap | null {
  const lines = new LineCounter();
  let document;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
    });
  } catch (error) {
    // The parser descends recursively; nothing else in it gives up.
    if (!(error instanceof RangeError)) throw error;
    return refuseDepth(file, top, report);
  }
  const reader = new Reader(file, text, lines, report);
  // Once the parser has lost the thread, it misunderstands what follows: only its first error is worth reading.
  const problems = [...document.errors.slice(0, 1), ...document.warnings];
  for (const problem of problems) {
    const spot = reader.spot(problem.pos[0], problem.pos[1]);
    if (problem.message.includes('call stack')) return refuseDepth(file, spot, report);
    report.add(CODES.notYaml, spot, yamlMessage(problem), YAML_HINT);
  }
  if (problems.length > 0) return null;
  const root = document.contents as Node | null;
  if (root === null || !isMap(root)) {
    const what =
      root === null || (isScalar(root) && root.value === null) ? 'empty' : 'not a mapping of keys to values';
    report.add(
      CODES.notMapping,
      top,
      `${file} is ${what}.`,
      'Start with the keys of a sample, one `key: value` a line.',
    );
    return null;
  }
  report.allow(readAllowances(file, text, report));
  const node = reader.read(root, 0);
  return node?.kind === 'map' && !reader.gaveUp ? node : null;
}

function refuseDepth(file: string, spot: Spot, report: Report): null {
  report.add(
    CODES.tooDeep,
    spot,
    `${file} is nested too deeply.`,
    `At most ${DEPTH_MAX} levels can be read.`,
  );
  return null;
}

const YAML_HINT =
  'Put a text in quotes if it holds ": ", " #", or starts with one of [ ] { } > | * & ! % # @ ` " \'. Indent with spaces, not tabs.';

const yamlMessage = (problem: { readonly code: string; readonly message: string }): string =>
  problem.code === 'MULTIPLE_DOCS'
    ? 'A rule file is one YAML document; another one starts here.'
    : `This is not YAML: ${problem.message.replace(/\.?$/, '.')}`;

/** Turns the parser's nodes into written ones, within bounds. Gives null once a bound is passed. */
class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;
  gaveUp = false;

  constructor(file: string, text: string, lines: LineCounter, report: Report) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
    this.#report = report;
  }

  read(node: Node, depth: number): WrittenNode | null {
    if (this.gaveUp) return null;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.read(target, depth + 1);
      this.gaveUp = true;
      const message = `There is no anchor &${node.source} before this alias.`;
      this.#report.add(
        CODES.notYaml,
        this.#nodeSpot(node),
        message,
        'A text that begins with * needs quotes.',
      );
      return null;
    }
    this.#nodes++;
    if (depth > DEPTH_MAX || this.#nodes > NODES_MAX) return this.#giveUp(node);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    if (isMap(node)) return this.#readMap(node.items, this.#nodeSpot(node), depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node, depth + 1));
      return { kind: 'list', items: items.filter((item) => item !== null), ...this.#nodeSpot(node) };
    }
    return isScalar(node) ? this.#readScalar(node) : null;
  }

  #readMap(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    spot: Spot,
    depth: number,
  ): WrittenMap {
    const entries = new Map<string, WrittenEntry>();
    for (const pair of pairs) {
      const keyNode = isAlias(pair.key) ? this.#anchors.get(pair.key.source) : pair.key;
      if (!isScalar(keyNode)) {
        this.#report.add(CODES.notYaml, spot, 'A key of this mapping is not a plain word.', YAML_HINT);
        continue;
      }
      const key = this.#readScalar(keyNode);
      const value =
        pair.value === null || pair.value === undefined
          ? { ...key, value: null, text: '' }
          : this.read(pair.value as Node, depth + 1);
      if (value === null) continue;
      const first = entries.get(key.text);
      if (first !== undefined) {
        const message = `"${key.text}" is already given on line ${first.key.place.line}.`;
        this.#report.add(CODES.duplicateKey, key, message, 'Keep one of them.');
        continue;
      }
      entries.set(key.text, { key, value });
    }
    return { kind: 'map', entries, ...spot };
  }

  #readScalar(node: Scalar): WrittenScalar {
    const [start, end] = this.#range(node);
    const value = node.value;
    const known =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    let offsets: readonly number[] | null = null;
    return {
      kind: 'scalar',
      value: known,
      text: typeof known === 'string' ? known : (node.source ?? String(known)),
      placeAt: (offset) => {
        offsets ??= characterOffsets(this.#text, start, end, node);
        return this.#placeOf(offsets[Math.min(offset, offsets.length - 1)] ?? start);
      },
      ...this.#nodeSpot(node),
    };
  }

  spot(start: number, end: number): Spot {
    const lineEnd = this.#text.indexOf('\n', start);
    const length = Math.min(end, lineEnd === -1 ? this.#text.length : lineEnd) - start;
    return { place: this.#placeOf(start), length: Math.max(1, length) };
  }

  #nodeSpot(node: Node): Spot {
    return this.spot(...this.#range(node));
  }

  #range(node: Node): readonly [number, number] {
    const range = node.range;
    if (range === undefined || range === null) throw new Error('A parsed YAML node has no range.');
    return [range[0], range[1]];
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  #giveUp(node: Node): null {
    this.gaveUp = true;
    const message = 'The file is nested too deeply, or its aliases stand for too much.';
    const hint = `At most ${DEPTH_MAX} levels and ${NODES_MAX} values, each alias counted with all that it stands for.`;
    this.#report.add(CODES.tooDeep, this.#nodeSpot(node), message, hint);
    return null;
  }
}
