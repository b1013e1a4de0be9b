import { CODES } from '../codes.ts';
import type { ContractSource } from '../contract-source.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { Report } from '../report.ts';
import { Written } from '../yaml/written.ts';
import type { WrittenContract } from '../written-contract.ts';

/** The file named in `itsm:`, by its name as shown to users. Null, and reported, if it is not there. */
export function findItsmFile(
  source: ContractSource,
  written: Written<WrittenContract>,
  report: Report,
): string | null {
  const name = written.get('itsm');
  if (name?.text == null || name.text === '') return null;
  const file = besides(source.main, name.text);
  if (file === null) {
    const message = `"${name.text}" does not lie in the contract’s folder.`;
    report.add(CODES.outsideFolder, name, message, 'Name a file beside this one, like itsm.yaml.');
    return null;
  }
  if (source.files.has(file)) return file;
  const others = [...source.files.keys()].filter((other) => other !== source.main);
  const hint =
    others.length === 0
      ? 'Describe the ITSM there, or name another file.'
      : suggestion(file, others, 'there');
  report.add(CODES.fileMissing, name, `There is no file ${file}.`, hint);
  return null;
}

/**
 * The path, relative to the contract's folder, of the file that its text names in `itsm:`; null if it names none,
 * or one outside. For those who have to read it before it can be compiled.
 */
export function itsmFileNamed(main: string, text: string): string | null {
  const root = readYaml(main, text, new Report());
  const name = root === null ? null : (new Written<WrittenContract>(root).get('itsm')?.text ?? null);
  return name === null || besides(main, name) === null ? null : name;
}

/** A relative path without steps upwards, from the folder of the main file. */
function besides(main: string, name: string): string | null {
  const segments = name.split('/');
  const isPlain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!isPlain || name.includes('\\') || name.includes(':')) return null;
  return main.slice(0, main.lastIndexOf('/') + 1) + name;
}
