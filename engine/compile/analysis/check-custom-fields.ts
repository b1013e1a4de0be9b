import { CODES } from '../codes.ts';
import { readsOf } from '../expression/reads.ts';
import { expressionsOf, type Subject } from './subject.ts';

/** A custom field that is described for the rules, and that no rule reads: probably a line that was to be appended. */
export function checkCustomFields(subject: Subject): void {
  const declared = subject.itsm?.get('tickets')?.get('custom_fields')?.get('fields')?.entries() ?? [];
  // What cannot be read may read anything.
  const isWhole = subject.fields.every(({ value }) => value !== null);
  if (declared.length === 0 || !isWhole) return;
  const reads = expressionsOf(subject)
    .filter(({ input }) => input === 'ticket')
    .map(({ tree }) => readsOf(tree));
  const roots = reads.flatMap(({ names }) => names).filter(({ name }) => name === 'custom');
  if (reads.some(({ everything }) => everything) || roots.some(({ below }) => below === null)) return;
  const read = new Set(roots.map(({ below }) => below?.name));
  for (const [name, column] of declared) {
    if (read.has(name)) continue;
    const message = `No rule reads custom.${name}.`;
    const hint = 'Append it to the description, or delete it here.';
    subject.report.add(CODES.unusedCustomField, column.key, message, hint);
  }
}
