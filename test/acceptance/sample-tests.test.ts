import { expect, it } from 'vitest';
import { runCli } from '../support/cli-process.ts';

it('the tests of all sample contracts pass, and meet everything that is written in them', async () => {
  const { code, out, err } = await runCli(['test', '--coverage', '--threshold', '100']);

  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('✗');
  expect(out.match(/^ {2}coverage 100 %/gm)).toHaveLength(3);
  expect(out).toMatch(/\d{3} tests passed\n$/);
});
