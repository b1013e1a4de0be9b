import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileContract } from '../../../engine/compile/compile-contract.ts';

/** rules/acme, where this stands in the place of `reopen: reopen`, and that before `inbound`. */
function compiledWith(reopen: string, outbound = ''): ReturnType<typeof compileContract> {
  const files = new Map(
    ['contract.yaml', 'itsm.yaml'].map((file) => [
      `rules/acme/${file}`,
      readFileSync(`rules/acme/${file}`, 'utf8')
        .replace('reopen: reopen', `reopen: ${reopen}`)
        .replace('\ninbound:', `${outbound}\ninbound:`),
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

describe('after_closed', () => {
  test('holds what is re-opened here, and does as `reopen` says with what is re-opened there', () => {
    const { contract } = compiledWith('comments-only');
    expect(contract?.outbound.afterClosed.byType).toEqual({ Incident: 'hold', Request: 'hold' });
    expect(contract?.inbound.afterClosed).toEqual({ Incident: 'comments-only', Request: 'comments-only' });
  });

  test('has a word for each direction and each type, and anything else is a mistake', () => {
    const { contract, diagnostics } = compiledWith(
      'reopen\n  after_closed: { Incident: new-ticket, Request: reopen }\n  references: { new: approval }',
      '  after_closed: { Incident: new-ticket, Request: hold }\n',
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).not.toContain('BH077');
    expect(contract?.inbound).toMatchObject({
      reopen: { Incident: 'reopen', Request: 'reopen' },
      afterClosed: { Incident: 'new-ticket', Request: 'reopen' },
      references: { onNew: 'approval', onOld: null },
    });
    expect(contract?.outbound.afterClosed.byType).toEqual({ Incident: 'new-ticket', Request: 'hold' });
    for (const wrong of ['reopen', '{ Request: hold }'])
      expect(
        compiledWith('reopen', `  after_closed: ${wrong}\n`).diagnostics.filter(
          ({ severity }) => severity === 'error',
        ),
      ).toHaveLength(1);
  });
});
