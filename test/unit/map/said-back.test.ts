import { describe, expect, test } from 'vitest';
import { EMPTY_SHADOW } from '../../../engine/domain/shadow.ts';
import { asWhole } from '../../../engine/map/said-back.ts';
import { fitText } from '../../../engine/map/shorten.ts';
import { fieldRule } from '../../support/builders.ts';
import { path } from '../../support/expressions.ts';

const LONG = Array.from({ length: 200 }, (_, index) => `Sentence ${index + 1} of the text.`).join(' ');

/** What we send of the text, and how it was shortened. */
function sentOf(text: string, tooLong: 'cut' | 'continue' = 'continue') {
  const { text: sent, shortened } = fitText(fieldRule('description', path('text'), { tooLong }), text, []);
  return { sent, mine: { payload: { description: sent }, shortened: shortened === null ? [] : [shortened] } };
}
const heard = (description: string) => ({
  context: { description, status: 'open' },
  names: new Set(['description', 'status']),
});

describe('a description that comes back', () => {
  test('as it was sent, continued or cut, is the whole one here', () => {
    for (const way of ['continue', 'cut'] as const) {
      const { sent, mine } = sentOf(LONG, way);
      expect(asWhole(heard(sent), mine, EMPTY_SHADOW).context.description).toBe(LONG);
      // The wire may lose blanks at the end.
      expect(asWhole(heard(`${sent}  `), mine, EMPTY_SHADOW).context.description).toBe(LONG);
    }
  });

  test('with what their people wrote around it has the rest in its place', () => {
    const { sent, mine } = sentOf(LONG);
    const { context } = asWhole(heard(`Seen.\n${sent}\nDone.`), mine, EMPTY_SHADOW);
    expect(context.description).toBe(`Seen.\n${LONG}\nDone.`);
  });

  test('as another one of theirs is theirs', () => {
    const { mine } = sentOf(LONG);
    expect(asWhole(heard('Quite another one'), mine, EMPTY_SHADOW).context.description).toBe(
      'Quite another one',
    );
  });

  test('shortened as it was last told, while ours is another by now, is no news', () => {
    const { sent } = sentOf(LONG);
    const { mine } = sentOf('Short now');
    const { names, context } = asWhole(heard(sent), mine, { ...EMPTY_SHADOW, fields: { description: sent } });
    expect([...names]).toEqual(['status']);
    expect(context.status).toBe('open');
  });

  test('is left alone where the message does not change it', () => {
    const { sent, mine } = sentOf(LONG);
    const said = { context: { description: sent }, names: new Set(['status']) };
    expect(asWhole(said, mine, EMPTY_SHADOW)).toEqual(said);
  });
});
