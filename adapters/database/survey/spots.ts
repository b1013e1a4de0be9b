import { Report, type Spot } from '../../../engine/compile/report.ts';
import { readYaml } from '../../../engine/compile/yaml/read-yaml.ts';
import type { WrittenEntry, WrittenNode } from '../../../engine/compile/yaml/written.ts';

/** The keys, and places in lists, that lead to something in a rule file. */
export type Path = readonly (string | number)[];

/**
 * Where something is written: its value, or its key. What is not written out (a default, a short form) is pointed at
 * where it would have been: the text in its stead, or the key above.
 */
export type SpotFinder = (path: Path, part?: 'key' | 'value') => Spot;

/** For a file that has been compiled: it can be read. */
export function spotsIn(file: string, text: string): SpotFinder {
  const top: Spot = { place: { file, line: 1, column: 1 }, length: 1 };
  const root = readYaml(file, text, new Report());
  return (path, part = 'value') => {
    let node: WrittenNode | null = root;
    let key = top;
    for (const step of path) {
      const entry: WrittenEntry | undefined =
        node?.kind === 'map' ? node.entries.get(String(step)) : undefined;
      const item: WrittenNode | undefined = node?.kind === 'list' ? node.items[Number(step)] : undefined;
      if (entry === undefined && item === undefined) return node?.kind === 'scalar' ? node : key;
      key = entry?.key ?? item ?? top;
      node = entry?.value ?? item ?? null;
    }
    return part === 'value' && node?.kind === 'scalar' ? node : key;
  };
}
