import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CODES } from '../../engine/compile/codes.ts';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { compileTests } from '../../engine/compile/tests/compile-tests.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import type { Json } from '../../engine/domain/json.ts';

/** A sample contract that examples are put into: its files by the names of their schemas. */
export interface Sample {
  readonly texts: ReadonlyMap<string, string>;
}

const ROOT = join(import.meta.dirname, '../..');
const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The tests are short files: they are there to put examples into. */
const TESTS: Readonly<Record<string, string>> = {
  acme: 'scripts/reference/tests-to-put-examples-into.yaml',
  globex: 'scripts/reference/tests-to-put-examples-into.yaml',
  initech: 'scripts/reference/tests-of-changes-to-put-examples-into.yaml',
};

export const SAMPLES: readonly Sample[] = Object.entries(TESTS).map(([name, tests]) => ({
  texts: new Map([
    ['contract', readText(`rules/${name}/contract.yaml`)],
    ['itsm', readText(`rules/${name}/itsm.yaml`)],
    ['tests', readText(tests)],
  ]),
}));

export const writtenIn = (sample: Sample, file: string): Json => parse(sample.texts.get(file) ?? '') as Json;

export interface CompiledSample {
  /** Null if there are errors. */
  readonly contract: Contract | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What an example leaves idle elsewhere, because it stands where something else read or wrote that. */
const LEFT_IDLE: ReadonlySet<string> = new Set(
  [CODES.unusedCustomField, CODES.neverWritten, CODES.idlePolicy, CODES.idleReferences].map(
    ({ code }) => code,
  ),
);

/**
 * Compiles a sample with one of its files replaced. What is said of the sample itself is left out, its comments allow
 * that; and so is what the example leaves idle elsewhere.
 */
export function compileSample(sample: Sample, file: string, whole: Json | undefined): CompiledSample {
  const { contract, diagnostics } = compile(sample, file, whole);
  const allowed = saidOf(sample);
  return {
    contract,
    diagnostics: diagnostics.filter(
      (diagnostic) => !allowed.has(wordsOf(diagnostic)) && !LEFT_IDLE.has(diagnostic.code),
    ),
  };
}

const said = new Map<Sample, ReadonlySet<string>>();

/** What is said of a sample without its comments. */
function saidOf(sample: Sample): ReadonlySet<string> {
  const known = said.get(sample);
  if (known !== undefined) return known;
  const words = new Set(
    [...sample.texts.keys()].flatMap((file) =>
      compile(sample, file, writtenIn(sample, file)).diagnostics.map(wordsOf),
    ),
  );
  said.set(sample, words);
  return words;
}

const wordsOf = ({ code, message }: Diagnostic): string => `${code} ${message}`;

function compile(sample: Sample, file: string, whole: Json | undefined): CompiledSample {
  if (file !== 'tests') {
    const text = (name: string): string =>
      name === file ? stringify(whole) : (sample.texts.get(name) ?? '');
    const files = new Map([
      ['contract.yaml', text('contract')],
      ['itsm.yaml', text('itsm')],
    ]);
    return compileContract({ files, main: 'contract.yaml' });
  }
  const contract = contractOf(sample);
  return { contract, ...compileTests(new Map([['tests.yaml', stringify(whole)]]), contract) };
}

const contracts = new Map<Sample, Contract>();

/** The contract of a sample as it is, for tests to be compiled with. */
function contractOf(sample: Sample): Contract {
  const contract =
    contracts.get(sample) ?? compile(sample, 'contract', writtenIn(sample, 'contract')).contract;
  if (contract === null) throw new Error('A sample contract does not compile');
  contracts.set(sample, contract);
  return contract;
}
