import { describe, expect, it } from 'vitest';
import { fillSetting, type FilledSetting } from '../../../adapters/settings/fill-setting.ts';

const environment = { HOST: 'bridge.example', KEY: 'Sup3r', EMPTY: '', TRICK: '${KEY} $& $1' };
const files: Readonly<Record<string, string>> = {
  '/run/key': 'fromFile\n',
  '/run/crlf': 'two\nlines\r\n',
  '/run/empty': '\n',
};

const fill = (text: string): FilledSetting =>
  fillSetting({ text, place: { file: 'acme/contract.yaml', line: 9, column: 8 } }, environment, (path) => {
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error(`no such file ${path}`), { code: 'ENOENT' });
    return content;
  });

describe('filling a setting', () => {
  it.each([
    ['plain', 'plain'],
    ['https://${HOST}/acme/${ KEY }', 'https://bridge.example/acme/Sup3r'],
    ['${file:/run/key}', 'fromFile'],
    ['${file: /run/crlf }', 'two\nlines'],
    ['${TRICK}', '${KEY} $& $1'],
    ['costs $5 {really}', 'costs $5 {really}'],
  ])('turns %s into %j', (text, expected) => {
    expect(fill(text)).toEqual({ kind: 'filled', text: expected });
  });

  it.each([
    ['${NOBODY}', 'the environment variable NOBODY is not set'],
    ['${EMPTY}', 'the environment variable EMPTY is empty'],
    ['${file:/run/none}', 'the secret file /run/none cannot be read (ENOENT)'],
    ['${file:/run/empty}', 'the secret file /run/empty is empty'],
    ['${}', '${} is neither ${NAME} nor ${file:PATH}'],
    ['${env:KEY}', '${env:KEY} is neither ${NAME} nor ${file:PATH}'],
  ])('says what is missing for %s, and where it is asked for', (text, reason) => {
    expect(fill(text)).toEqual({ kind: 'missing', reason: `acme/contract.yaml:9: ${reason}` });
  });

  it('says everything at once, and no value', () => {
    const filled = fill('${KEY}:${NOBODY}:${EMPTY}');

    expect(filled).toMatchObject({ reason: expect.stringMatching(/NOBODY.*; .*EMPTY/) as string });
    expect(JSON.stringify(filled)).not.toContain('Sup3r');
  });
});
