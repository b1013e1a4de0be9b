import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileContract } from '../../../engine/compile/compile-contract.ts';

const BASE = path.join(import.meta.dirname, '../../diagnostics/base');
const read = (name: string): string => readFileSync(path.join(BASE, name), 'utf8');
const WRITTEN = "when: team = 'OPS'";

/** The condition of the first trigger, written this way, and the text of its file. */
function conditionOf(written: string, change: (text: string) => string) {
  const text = change(read('contract.yaml').replace(WRITTEN, written));
  const files = new Map([
    ['small/contract.yaml', text],
    ['small/itsm.yaml', read('itsm.yaml')],
  ]);
  const { contract, diagnostics } = compileContract({ files, main: 'small/contract.yaml' });
  const when = contract?.outbound.triggers[0]?.when;
  if (when === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return { when, lines: text.replace('\uFEFF', '').split(/\r?\n/) };
}

describe('operands and branches stand where they are written', () => {
  const styles: readonly (readonly [string, string])[] = [
    ['plain', "when: (team = 'OPS') ? title & 'x' :caller.name ?? custom.room"],
    ['plain over lines', "when: (team = 'OPS')\n        ? title & 'x'\n        :caller.name ?? custom.room"],
    ['in single quotes', "when: '(team = ''OPS'') ? title & ''x'' : caller.name ?? custom.room'"],
    ['in double quotes', 'when: "(team = \\"OPS\\")\\t? title & \\u0027x\\u0027 :\\n caller.name ?? \\\n          custom.room"'],
    ['in a literal block', "when: |\n        (team = 'OPS')\n          ? title & 'x'\n\n          : caller.name\n          ?? custom.room"],
    ['in a folded block', "when: >-\n        (team = 'OPS')\n        ? title & 'x'\n          : caller.name\n\n        ?? custom.room"],
    ['behind tabs', "when: |\n        (team\t= 'OPS') ?\ttitle & 'x' :\tcaller.name ?? custom.room"],
    ['behind wide characters', "when: /* 😀 é */ (team = 'OPS') ? title & 'x' :caller.name ?? custom.room"],
  ]; // prettier-ignore
  const files: readonly (readonly [string, (text: string) => string])[] = [
    ['with LF', (text) => text],
    ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (text) => `\uFEFF${text}`],
  ];
  test.each(
    styles.flatMap(([style, written]) =>
      files.map(([kind, change]) => [style, kind, written, change] as const),
    ),
  )('%s, %s', async (_, __, written, change) => {
    const { when, lines } = conditionOf(written, change);
    const wordAt = ({ line, column }: { readonly line: number; readonly column: number }): string =>
      /^[$\w.]+/.exec(lines[line - 1]?.slice(column - 1) ?? '')?.[0] ?? '';
    const seen = [
      ...when.explain({ team: 'OPS', title: 'a' }, 0).operands,
      ...when.explain({ caller: {}, custom: { room: 1 } }, 0).operands,
    ];
    const paths = seen.filter(({ text }) => /^[\w.]+$/.test(text));
    expect(new Set(paths.map(({ text }) => text))).toEqual(
      new Set(['team', 'title', 'caller.name', 'custom.room']),
    );
    for (const { text, place } of paths) expect(wordAt(place)).toBe(text);
    expect(when.branches.map(({ side, place }) => `${side} ${wordAt(place)}`)).toEqual([
      'then title',
      'else caller.name',
      'value caller.name',
      'fallback custom.room',
    ]);
    const { missing } = when.explain({ team: 'DBA' }, 0);
    expect(missing.map(({ place }) => wordAt(place))).toEqual(['caller.name', 'custom.room']);
  });
});
