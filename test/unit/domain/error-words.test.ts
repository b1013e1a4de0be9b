import { expect, it } from 'vitest';
import { errorWords } from '../../../engine/domain/error-words.ts';

it.each([
  [
    'the message alone of an error',
    new TypeError('no such table', { cause: new Error('gone') }),
    'no such table',
  ],
  ['what is no error as it is written', 'no such table', 'no such table'],
  ['nothing by its name', undefined, 'undefined'],
])('errorWords says %s', (_, thrown, words) => {
  expect(errorWords(thrown)).toBe(words);
});
