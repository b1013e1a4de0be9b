import { RE2JS } from 're2js';
import { EXPRESSION_REGEX_WORK_MAX } from '../../domain/limits.ts';
import { ExpressionFailure } from './failure.ts';
import { toRe2 } from './regex-dialect.ts';

/** By the library's own object, of which there is one for each regular expression written. */
const COMPILED = new WeakMap<RegExp, RE2JS>();

/** Throws UnsupportedRegex, or RE2's own error, where RE2 cannot do it. */
export function compileRegex(regex: RegExp): RE2JS {
  const known = COMPILED.get(regex);
  if (known !== undefined) return known;
  const flags = (regex.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (regex.multiline ? RE2JS.MULTILINE : 0);
  const compiled = RE2JS.compile(toRe2(regex.source), flags);
  COMPILED.set(regex, compiled);
  return compiled;
}

/** Stands in for RegExp in the library, as far as that uses it: `lastIndex` set, `exec` called. */
export class BoundedRegex {
  lastIndex = 0;
  readonly #source: string;
  readonly #compiled: RE2JS;
  #work = 0;

  constructor(regex: RegExp) {
    this.#source = regex.source;
    this.#compiled = compileRegex(regex);
  }

  /** The next match from `lastIndex` on, with its groups (undefined: not taken), or null. */
  exec(text: unknown): (readonly (string | undefined)[] & { readonly index: number }) | null {
    const whole = String(text);
    if (this.lastIndex > whole.length) return this.#none();
    // Each search may go through all that is left, once for each instruction.
    this.#work += (whole.length - this.lastIndex + 1) * this.#compiled.programSize();
    if (this.#work > EXPRESSION_REGEX_WORK_MAX) {
      throw new ExpressionFailure(
        'regex',
        `the regular expression /${this.#source}/ has too much text to go through (${EXPRESSION_REGEX_WORK_MAX} steps); ` +
          'take a part of the text with $substring, or split it by a plain text',
      );
    }
    const matcher = this.#compiled.matcher(whole);
    if (!matcher.find(this.lastIndex)) return this.#none();
    const groups = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, group) => matcher.group(group) ?? undefined,
    );
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start() });
  }

  #none(): null {
    this.lastIndex = 0;
    return null;
  }
}
