import type { FieldRule, TooLong, Unstorable } from '../../engine/domain/contract.ts';
import { enumerated, list, name, paragraph, say, text, type Block } from './page.ts';

type Fates = Readonly<Record<TooLong, string>>;

const THERE: Fates = {
  cut: 'cut at a word; when it comes back so, the whole text here stays',
  continue:
    'goes on in a comment, which is sent again when the rest changes; when the first part comes back, the rest here stays',
  split: 'travels in numbered parts',
  park: 'holds up the ticket until somebody shortens it',
};

const HERE: Fates = {
  cut: 'cut at a word; the provider keeps the whole text',
  continue:
    'goes on in a comment, which is written again when the rest changes; the provider keeps the whole text',
  split: 'becomes several comments, in numbered parts',
  park: 'holds up the ticket',
};

const LACKING: Readonly<Record<Unstorable, string>> = {
  replace: 'are written by their numbers, as [U+1F600], and go back as they came',
  park: 'hold up the ticket',
};

/** What becomes of texts that are longer than the provider takes, the fields with one fate together. */
export const tooLongThere = (rules: readonly FieldRule[]): readonly Block[] => {
  const said = fatesOf(rules, THERE);
  return said.length === 0 ? [] : [paragraph(say`What is longer than the provider takes:`), list(said)];
};

/** What becomes of what our own columns do not take, as far as itsm.yaml says what they take. */
export function unfitHere(all: Iterable<FieldRule>): readonly Block[] {
  const rules = [...all].filter(({ room }) => room !== null);
  const tooLong = fatesOf(
    rules.filter(({ room }) => room?.lengthMax != null),
    HERE,
  );
  const lacking = (Object.keys(LACKING) as Unstorable[]).flatMap((way) => {
    const fields = rules.filter(
      ({ room }) => room !== null && room.characters !== null && room.unstorable === way,
    );
    if (fields.length === 0) return [];
    const named = fields.map(({ field, room }) => say`${name(field)} (${text(room?.characters ?? '')})`);
    return [say`${enumerated(named, 'and')}: they ${text(LACKING[way])}`];
  });
  const left = rules
    .filter(({ room }) => room?.dates?.unstorable === 'leave_out')
    .map(({ field }) => say`${name(field)}`);
  return [
    ...(left.length === 0
      ? []
      : [
          paragraph(
            say`A date that our column does not take is left out, and the column stays as it is: ${enumerated(left, 'and')}.`,
          ),
        ]),
    ...(tooLong.length === 0 ? [] : [paragraph(say`What is longer than our column takes:`), list(tooLong)]),
    ...(lacking.length === 0 ? [] : [paragraph(say`Characters that our column lacks:`), list(lacking)]),
  ];
}

const fatesOf = (rules: readonly FieldRule[], fates: Fates) =>
  (Object.keys(fates) as TooLong[]).flatMap((way) => {
    const fields = rules.filter((rule) => rule.tooLong === way).map(({ field }) => say`${name(field)}`);
    return fields.length === 0 ? [] : [say`${enumerated(fields, 'and')}: ${text(fates[way])}`];
  });
