import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FILE_NAME_LENGTH_MAX,
  isProgramName,
  uniqueFileName,
  validFileName,
} from '../../engine/wire/file-name.ts';

/** As the bridge documents it. */
const TAKEN_BY_THE_BRIDGE = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

const anyName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .tuple(fc.string(), fc.constantFrom('.png', '.exe', '.EXE', '.tar.gz', '.', '. '))
    .map((parts) => parts.join('')),
);

describe('the name that a file is sent under', () => {
  it.each([
    ['screen.png', 'screen.png'],
    ['Störung 3 (neu).PNG', 'Storung-3-neu.PNG'],
    ['Straße_Übersicht.xlsx', 'Strasse-Ubersicht.xlsx'],
    ['日本.pdf', 'file.pdf'],
    ['.gitignore', 'file.gitignore'],
    ['..', 'file'],
    ['', 'file'],
    ['C:\\temp\\log 1.txt', 'log-1.txt'],
    ['backup.tar.gz', 'backup.tar.gz'],
    ['-report-.pdf', 'report.pdf'],
  ])('of %s is %s', (name, expected) => expect(validFileName(name)).toBe(expected));

  it('is one that the bridge takes, whatever the file is called, and stays as it is', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const valid = validFileName(name);
        expect(valid).toMatch(TAKEN_BY_THE_BRIDGE);
        expect(valid.length).toBeLessThanOrEqual(FILE_NAME_LENGTH_MAX);
        expect(validFileName(valid)).toBe(valid);
      }),
    );
  });

  it('keeps the extension of a name that has a plain one', () => {
    const extension = fc.stringMatching(/^\.[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), extension, (stem, ending) => {
        expect(validFileName(`${stem}${ending}`).endsWith(ending)).toBe(true);
      }),
    );
  });

  it('is another for each file of a ticket, and the same for the same names before it', () => {
    const encoding = fc.constantFrom('binary' as const, 'base64' as const);
    const names = fc.array(fc.oneof(anyName, fc.constantFrom('a.txt', 'A.TXT', 'a-2.txt', 'a')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(names, encoding, (all, form) => {
        const send = (): readonly string[] => {
          const sent: string[] = [];
          for (const name of all) sent.push(uniqueFileName(name, form, sent));
          return sent;
        };
        const sent = send();
        expect(new Set(sent.map((name) => name.toLowerCase())).size).toBe(all.length);
        for (const name of sent) expect(name).toMatch(TAKEN_BY_THE_BRIDGE);
        expect(sent.every((name) => name.endsWith('.base64')) || form === 'binary').toBe(true);
        expect(send()).toEqual(sent);
      }),
    );
  });

  it('counts up beside those that are taken', () => {
    expect(uniqueFileName('log.txt', 'binary', ['LOG.txt', 'log-2.txt'])).toBe('log-3.txt');
    expect(uniqueFileName('log.txt', 'base64', ['log.txt'])).toBe('log.txt.base64');
  });

  it.each(['setup.exe', 'SETUP.EXE', '.exe', 'setup.exe. ', 'setup．exe', 'ä.ｅxe'])(
    'is none for a program: %s',
    (name) => expect(isProgramName(name)).toBe(true),
  );

  it('never ends with .exe unless the file is a program by its name', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        fc.pre(!isProgramName(name));
        expect(uniqueFileName(name, 'binary', [])).not.toMatch(/\.exe$/i);
      }),
    );
  });
});
