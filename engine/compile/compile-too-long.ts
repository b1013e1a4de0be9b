import type { TooLong } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import type { Report } from './report.ts';
import type { InputShape } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenField } from './written-contract.ts';

/** What can become of a field's text that is too long, the default first; by what its expression reads. */
const WAYS: ReadonlyMap<string, readonly TooLong[]> = new Map<string, readonly TooLong[]>([
  ['a ticket shortDescription', ['cut', 'park']],
  ['a ticket description', ['continue', 'cut', 'park']],
  ['a ticket closeNotes', ['continue', 'cut', 'park']],
  ['a comment body', ['split', 'cut', 'park']],
]);

/** `too_long`, or what holds without it; null: the field's length has no limit that is known. */
export function compileTooLong(
  written: Written<WrittenField>,
  field: string,
  input: InputShape,
  report: Report,
): TooLong | null {
  const ways = WAYS.get(`${input.what} ${field}`) ?? [];
  const wanted = written.get('too_long');
  const way = ways.find((one) => one === wanted?.text);
  if (wanted !== null && way === undefined) {
    const message = `${field} cannot be shortened in that way.`;
    const hint =
      ways.length === 0
        ? 'too_long is for shortDescription, description and closeNotes, and for the body of comments that go out.'
        : `For ${field}: ${ways.join(', ')}.`;
    report.add(CODES.tooLongNotHere, wanted.key, message, hint);
  }
  return way ?? ways[0] ?? null;
}
