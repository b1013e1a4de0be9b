import { isDone } from '../../domain/payload.ts';
import { CODES } from '../codes.ts';
import { literalResults, literalValue } from '../expression/parse.ts';
import { tableOf, type Subject } from './subject.ts';

/** Where a ticket can be resolved or closed, is there always something to say about it? */
export function checkCloseNotes(subject: Subject): void {
  const outbound = subject.fields.filter(({ list }) => list === 'outbound');
  const status = outbound.find(({ name }) => name === 'status');
  if (status === undefined) return;
  const table = tableOf(subject, status);
  const own = status.value === null ? [] : literalResults(status.value.tree).map(literalValue).map(String);
  const words = [...(table?.entries ?? []).map(({ provider }) => provider), table?.otherwise ?? '', ...own];
  const ending = words.find(isDone);
  if (ending === undefined) return;
  const notes = outbound.find(({ name }) => name === 'closeNotes');
  const hint = 'Give closeNotes a default. If a ticket should wait until somebody writes them, allow this.';
  if (notes === undefined) {
    const message = `A ticket can become ${ending}, which the bridge takes only with closeNotes: it will be parked.`;
    subject.report.add(CODES.noCloseNotes, status.written.key, message, hint);
    return;
  }
  const optional = notes.written.get('optional');
  if (optional?.scalar?.value !== true || notes.written.get('default') !== null) return;
  const message = `A ticket that becomes ${ending} without closeNotes is parked: the bridge requires them then.`;
  subject.report.add(CODES.noCloseNotes, optional.key, message, hint);
}
