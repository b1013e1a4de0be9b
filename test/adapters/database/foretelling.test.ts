import { expect, test } from 'vitest';
import { Foretelling, FORETELLING_PAUSE_MS } from '../../../adapters/database/foretelling.ts';

test('what was wrong once is not told for a while, and then again', () => {
  let elapsed = 0;
  const foretelling = new Foretelling(() => elapsed);
  expect(foretelling.isAllowed()).toBe(true);
  foretelling.wasWrong();
  elapsed = FORETELLING_PAUSE_MS - 1;
  expect(foretelling.isAllowed()).toBe(false);
  elapsed = FORETELLING_PAUSE_MS;
  expect(foretelling.isAllowed()).toBe(true);
});
