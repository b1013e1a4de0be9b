import { JsonataError } from '../failure.ts';
import type { Match } from '../functions/matching.ts';
import { isList } from '../list.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';

/** What is used of a regular expression: from `lastIndex` on, it finds the next match. */
export interface Regex {
  lastIndex: number;
  exec(text: string): (ArrayLike<string | undefined> & { readonly index: number }) | null;
}

export type RegexEngine = new (regex: RegExp) => Regex;

/** `/a(b)/i`: a function from a text to its first match. */
export function compileRegex(node: TreeNode, Engine: RegexEngine): Run {
  const written = node.value as RegExp;
  return () => {
    meter.step();
    const regex = new Engine(written);
    const find = (given: unknown, from?: number): Match | undefined => {
      meter.step();
      const text = typeof given === 'function' ? '' : (given as string);
      regex.lastIndex = from ?? 0;
      const found = regex.exec(spelt(text));
      if (found === null) return undefined;
      const [match = '', ...groups] = Array.from(found);
      const next = (): Match | undefined => {
        if (regex.lastIndex >= text.length) return undefined;
        const behind = find(text, regex.lastIndex);
        // It would find the same again and again.
        if (behind?.match !== '') return behind;
        throw new JsonataError('D1004', { position: node.position, value: written.source });
      };
      return { match, start: found.index, end: found.index + match.length, groups, next };
    };
    return find;
  };
}

/** A function has no text, as for $string, nor has it one within a list: its program's own is nobody's business. */
function spelt(value: unknown, level = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return '';
  if (!isList(value)) return String(value);
  meter.descend(level);
  return value.map((item) => (item == null ? '' : spelt(item, level + 1))).join();
}
