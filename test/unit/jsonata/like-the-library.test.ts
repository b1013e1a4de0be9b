import { expect, test } from 'vitest';
import { compare } from '../../fuzz-expressions/compare.ts';

/** What splicing and drawing have found, each as small as it could be made. */
test.each<readonly [string, unknown]>([
  ['$number[1]("1")', {}],
  ['$number{"k": 1}("1")', {}],
  ['($f := function($x){ 1 + 0() }; $f(1))', {}],
  ['($f := function($x){ 1 + false() }; $f(1))', {}],
])('%s comes to what the library makes of it', async (source, input) => {
  expect(await compare(source, input)).toMatchObject({ kind: 'same' });
});
