/** One thing that was looked at, and what is to be said of it. */
export interface Check {
  /** What it is about: `bridge`, `rights`. */
  readonly about: string;
  readonly verdict: 'ok' | 'warn' | 'fail' | 'not-checked';
  readonly text: string;
  /** What helps; null: nothing need be done, or the text says it. */
  readonly help: string | null;
}

type Said = (about: string, text: string, help?: string) => Check;

const said =
  (verdict: Check['verdict']): Said =>
  (about, text, help) => ({ about, verdict, text, help: help ?? null });

export const ok = said('ok');
export const warn = said('warn');
export const fail = said('fail');
export const notChecked = said('not-checked');

/** `14 ok, 1 warning, 2 failed, 1 not checked` */
export function countText(checks: readonly Check[]): string {
  const count = (verdict: Check['verdict']): number =>
    checks.filter((check) => check.verdict === verdict).length;
  const warnings = count('warn');
  return [
    `${count('ok')} ok`,
    `${warnings} warning${warnings === 1 ? '' : 's'}`,
    `${count('fail')} failed`,
    `${count('not-checked')} not checked`,
  ].join(', ');
}
