import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileContract } from '../../../engine/compile/compile-contract.ts';

/** rules/acme, where this stands in the place of `reopen: reopen`. */
function compiledWith(reopen: string): ReturnType<typeof compileContract> {
  const files = new Map(
    ['contract.yaml', 'itsm.yaml'].map((file) => [
      `rules/acme/${file}`,
      readFileSync(`rules/acme/${file}`, 'utf8').replace('reopen: reopen', `reopen: ${reopen}`),
    ]),
  );
  return compileContract({ files, main: 'rules/acme/contract.yaml' });
}

describe('inbound.reopen', () => {
  test('is one word for all tickets or one for each type, and anything else is a mistake', () => {
    expect(compiledWith('comments-only').contract?.inbound.reopen).toEqual({
      Incident: 'comments-only',
      Request: 'comments-only',
    });
    expect(compiledWith('{ Incident: reopen, Request: new-ticket }').contract?.inbound.reopen).toEqual({
      Incident: 'reopen',
      Request: 'new-ticket',
    });
    for (const wrong of ['never', '{ Incident: reopen }', '{ Incident: reopen, Request: never }'])
      expect(compiledWith(wrong).diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });
});
