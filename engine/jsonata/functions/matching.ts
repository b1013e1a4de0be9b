import { JsonataError } from '../failure.ts';
import { createSequence, push } from '../list.ts';
import { isFunction } from '../values.ts';

/** A regular expression as JSONata sees it: a function from a text to its first match, if there is one. */
type Matcher = (text: string | undefined) => Match | undefined;

export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  /** The match behind this one. */
  readonly next: Matcher;
}

/** What a function of the expression's own gives may be no match. */
function matched(matcher: Matcher, text?: string): Match | undefined {
  const result = matcher(text);
  if (!result) return result;
  const { start, end, groups, next } = result as Readonly<Record<keyof Match, unknown>>;
  const isMatch = typeof start === 'number' || end === 'number' || Array.isArray(groups) || isFunction(next);
  if (!isMatch) throw new JsonataError('T1010');
  return result;
}

/** Each match, up to `limit` of them. The one behind the last is looked for too, as the library does. */
function* matches(matcher: Matcher, text: string, limit: number | undefined): Generator<Match> {
  let found = matched(matcher, text);
  for (let count = 0; found !== undefined && (limit === undefined || count < limit); count++) {
    yield found;
    found = matched(found.next);
  }
}

export function contains(text: string | undefined, token: string | Matcher | undefined): boolean | undefined {
  if (text === undefined || token === undefined) return undefined;
  return typeof token === 'string' ? text.includes(token) : matched(token, text) !== undefined;
}

export function match(text: string | undefined, regex: Matcher, limit: number | undefined): unknown {
  if (text === undefined) return undefined;
  keepLimit(limit, 'D3040', 3);
  const results = createSequence();
  if (limit !== undefined && !(limit > 0)) return results;
  for (const found of matches(regex, text, limit)) {
    push(results, { match: found.match, index: found.start, groups: found.groups });
  }
  return results;
}

export function split(
  text: string | undefined,
  separator: string | Matcher,
  limit: number | undefined,
): string[] | undefined {
  if (text === undefined) return undefined;
  keepLimit(limit, 'D3020', 3);
  if (limit !== undefined && !(limit > 0)) return [];
  if (typeof separator === 'string') return text.split(separator, limit);
  const parts: string[] = [];
  let start = 0;
  for (const found of matches(separator, text, limit)) {
    push(parts, text.substring(start, found.start));
    start = found.end;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.substring(start));
  return parts;
}

export function replace(
  text: string | undefined,
  pattern: string | Matcher,
  replacement: Replacement,
  limit: number | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  if (pattern === '') throw new JsonataError('D3010', { value: pattern, index: 2 });
  keepLimit(limit, 'D3011', 4);
  if (limit !== undefined && !(limit > 0)) return text;
  if (typeof pattern === 'string') return replaceText(text, pattern, replacement, limit);
  let result = '';
  let position = 0;
  for (const found of matches(pattern, text, limit)) {
    const substitute =
      typeof replacement === 'string' ? filled(replacement, found) : replaced(replacement, found);
    result += text.substring(position, found.start) + substitute;
    position = found.start + found.match.length;
  }
  return result + text.substring(position);
}

type Replacement = string | ((found: Match) => unknown) | undefined;

function replaceText(
  text: string,
  pattern: string,
  replacement: Replacement,
  limit: number | undefined,
): string {
  let result = '';
  let position = 0;
  let index = text.indexOf(pattern);
  for (let count = 0; index !== -1 && (limit === undefined || count < limit); count++) {
    const found = {
      match: pattern,
      start: index,
      end: index + pattern.length,
      groups: [],
      next: () => undefined,
    };
    result += text.substring(position, index) + replaced(replacement, found);
    position = found.end;
    index = text.indexOf(pattern, position);
  }
  return result + text.substring(position);
}

function replaced(replacement: Replacement, found: Match): string {
  const substitute = isFunction(replacement) ? replacement(found) : replacement;
  if (typeof substitute !== 'string') throw new JsonataError('D3012', { value: substitute });
  return substitute;
}

/** The replacement with what `$0`, `$1` … and `$$` stand for. */
function filled(replacement: string, { match: whole, groups }: Match): string {
  let result = '';
  let position = 0;
  let at = replacement.indexOf('$');
  while (at !== -1 && position < replacement.length) {
    result += replacement.substring(position, at);
    position = at + 1;
    const next = replacement.charAt(position);
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : whole;
      position++;
    } else {
      const digits = groups.length === 0 ? 1 : Math.floor(Math.log(groups.length) * Math.LOG10E) + 1;
      let group = Number.parseInt(replacement.substring(position, position + digits), 10);
      if (digits > 1 && group > groups.length) {
        group = Number.parseInt(replacement.substring(position, position + digits - 1), 10);
      }
      if (Number.isNaN(group)) result += '$';
      else {
        result += groups[group - 1] ?? '';
        position += String(group).length;
      }
    }
    at = replacement.indexOf('$', position);
  }
  return result + replacement.substring(position);
}

function keepLimit(limit: number | undefined, code: string, index: number): void {
  if (limit !== undefined && limit < 0) throw new JsonataError(code, { value: limit, index });
}
