import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import type { CheckedFolder } from './checked-folder.ts';

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly silenced: number;
}

export function countsOf(checked: readonly CheckedFolder[]): Counts {
  const diagnostics = checked.flatMap((contract) => contract.diagnostics);
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const silenced = checked.reduce((sum, contract) => sum + contract.silenced.length, 0);
  return { errors: count('error'), warnings: count('warning'), silenced };
}

/** `2 contracts: 3 errors, 1 warning, 2 silenced` */
export function summaryText(checked: readonly CheckedFolder[]): string {
  const { errors, warnings, silenced } = countsOf(checked);
  const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const found =
    errors + warnings === 0 ? 'no mistakes' : `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  const allowed = silenced === 0 ? '' : `, ${silenced} silenced`;
  return `${plural(checked.length, 'contract')}: ${found}${allowed}`;
}
