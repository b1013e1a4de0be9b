import type { Diagnostic, SilencedDiagnostic } from '../domain/diagnostic.ts';
import { CODES, type Code } from './codes.ts';
import type { Report, Spot } from './report.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import { readComments, type YamlComment } from './yaml/read-comments.ts';

/**
 * A comment that allows a warning where it stands: `# allow BH061: the network group joins in March`. It counts for
 * its own line, or, on a line of its own, for the line below the comments it stands among.
 */
export interface Allowance {
  readonly spot: Spot;
  readonly code: string;
  readonly reason: string;
  /** The lines for whose diagnostics it counts. */
  readonly first: number;
  readonly last: number;
}

/** `allow` and at least one code; else it is a comment like any other. */
const ALLOW = /^(#+\s*)allow[\s:]+(BH\w*(?:[\s,]+BH\w*)*)(.*)$/i;
/** A quick look before the text is taken apart. */
const MAYBE = /#\s*allow\b/i;
/** These tell of the comments themselves, or of more than one place. */
const NEVER_SILENCED: readonly Code[] = [
  CODES.allowWithoutReason,
  CODES.allowUnknownCode,
  CODES.allowOfError,
  CODES.allowOfNothing,
  CODES.moreMistakes,
];
const HOW = 'Write # allow BH061: and why it is right here.';

/** The allowances written in a file; what is wrong with them is reported. */
export function readAllowances(file: string, text: string, report: Report): readonly Allowance[] {
  if (!MAYBE.test(text)) return [];
  const { comments, spans } = readComments(text);
  const lastOf = new Map(spans.map(({ first, last }) => [first, last]));
  const firstOf = new Map(spans.map(({ first, last }) => [last, first]));
  const below = linesBelow(comments);
  return comments.flatMap((comment) => {
    const line = below.get(comment.line) ?? comment.line;
    const lines = { first: firstOf.get(line) ?? line, last: lastOf.get(line) ?? line };
    return allowancesIn(comment, file, report).map((found) => ({ ...found, ...lines }));
  });
}

/** Of comments that stand alone: the first line below them that is none. */
function linesBelow(comments: readonly YamlComment[]): ReadonlyMap<number, number> {
  const below = new Map<number, number>();
  for (const { line, standsAlone } of comments.toReversed()) {
    if (standsAlone) below.set(line, below.get(line + 1) ?? line + 1);
  }
  return below;
}

function allowancesIn(
  comment: YamlComment,
  file: string,
  report: Report,
): readonly Omit<Allowance, 'first' | 'last'>[] {
  const [, before, codes, rest] = ALLOW.exec(comment.text) ?? [];
  if (before === undefined || codes === undefined || rest === undefined) return [];
  const spot = {
    place: { file, line: comment.line, column: comment.column },
    length: comment.text.length,
  };
  const reason = /^\s*:(.*)$/.exec(rest)?.[1]?.trim() ?? '';
  if (reason === '') {
    report.add(
      CODES.allowWithoutReason,
      spot,
      'This comment does not say why the warning is right here.',
      HOW,
    );
  }
  return codes.split(/[\s,]+/).flatMap((written) => {
    const code = Object.values<Code>(CODES).find((known) => known.code === written.toUpperCase());
    if (code === undefined) {
      const hint = suggestion(written, warningCodes(), 'warnings');
      report.add(CODES.allowUnknownCode, spot, `There is no diagnostic ${written}.`, hint);
      return [];
    }
    if (code.severity === 'error' || NEVER_SILENCED.includes(code)) {
      const message = `${code.code} cannot be allowed: ${code.severity === 'error' ? 'it is an error' : 'it tells of the comments themselves'}.`;
      report.add(CODES.allowOfError, spot, message, 'Mend what it says; only warnings can be allowed.');
      return [];
    }
    return reason === '' ? [] : [{ spot, code: code.code, reason }];
  });
}

const warningCodes = (): readonly string[] =>
  Object.values<Code>(CODES)
    .filter((code) => code.severity === 'warning' && !NEVER_SILENCED.includes(code))
    .map(({ code }) => code);

export interface Sifted {
  readonly kept: readonly Diagnostic[];
  readonly silenced: readonly SilencedDiagnostic[];
  /** Those that no diagnostic met. */
  readonly idle: readonly Allowance[];
}

/** Takes out the warnings that are allowed where they stand. */
export function sift(diagnostics: readonly Diagnostic[], allowances: readonly Allowance[]): Sifted {
  const targets = targetsByLine(allowances);
  const kept: Diagnostic[] = [];
  const silenced: SilencedDiagnostic[] = [];
  const met = new Set<readonly Allowance[]>();
  for (const diagnostic of diagnostics) {
    const { severity, code, place } = diagnostic;
    const target = severity === 'warning' ? targets.get(`${place.line} ${code} ${place.file}`) : undefined;
    const [first] = target ?? [];
    if (target === undefined || first === undefined) {
      kept.push(diagnostic);
      continue;
    }
    met.add(target);
    silenced.push({ ...diagnostic, reason: first.reason });
  }
  const used = new Set([...met].flat());
  return { kept, silenced, idle: allowances.filter((allowance) => !used.has(allowance)) };
}

/** The allowances for each line and code; those for the same lines share one list. */
function targetsByLine(allowances: readonly Allowance[]): ReadonlyMap<string, readonly Allowance[]> {
  const targets = new Map<string, Allowance[]>();
  for (const allowance of allowances) {
    const { code, first, last, spot } = allowance;
    const known = targets.get(`${first} ${code} ${spot.place.file}`);
    known?.push(allowance);
    if (known !== undefined) continue;
    const target = [allowance];
    for (let line = first; line <= last; line++) targets.set(`${line} ${code} ${spot.place.file}`, target);
  }
  return targets;
}
