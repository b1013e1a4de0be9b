import { DateTime } from 'luxon';
import type { Contract } from '../../domain/contract.ts';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Instant } from '../../domain/instant.ts';
import type { JsonObject } from '../../domain/json.ts';
import { CODES } from '../codes.ts';
import { Report, type Spot } from '../report.ts';
import { checkShape } from '../yaml/check-shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { Written } from '../yaml/written.ts';
import { compileTest } from './compile-test.ts';
import type { ContractTest } from './contract-test.ts';
import { reportNotDescribed } from './compile-expectation.ts';
import { changeShapes, compileItsmFields, ticketShapes, type FieldShapes } from './itsm-fields.ts';
import { TESTS_MAX } from './test-limits.ts';
import type { WrittenTests } from './written-tests.ts';

export interface CompiledTests {
  /** Null if there are errors. */
  readonly tests: readonly ContractTest[] | null;
  /** All mistakes at once, by file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
}

/** When tests play that do not say. */
const NOW_DEFAULT = Date.UTC(2026, 2, 2, 9);

/** Compiles the test files of a contract, by their names as shown to users. Mistakes are diagnostics. */
export function compileTests(files: ReadonlyMap<string, string>, contract: Contract): CompiledTests {
  const report = new Report();
  const written = [...files].flatMap(([file, text]) => {
    const root = readYaml(file, text, report);
    if (root === null) return [];
    checkShape(root, 'tests', report);
    return [new Written<WrittenTests>(root)];
  });
  const tests = compile(written, contract, report);
  const { diagnostics } = report.result([...files.keys()]);
  return { tests: report.hasErrors ? null : tests, diagnostics };
}

function compile(
  files: readonly Written<WrittenTests>[],
  contract: Contract,
  report: Report,
): readonly ContractTest[] {
  const tickets = compileTickets(files, 'tickets', ticketShapes(contract), report);
  const changes = compileTickets(files, 'changes', changeShapes(contract), report);
  const names = new Names(report);
  const tests: ContractTest[] = [];
  for (const file of files) {
    const now = compileNow(file.get('now'), contract, report);
    for (const test of file.get('tests')?.items() ?? []) {
      const name: Written<string> | null = test.get('name');
      if (name?.text != null) names.add(name.text, name);
      tests.push(...compileTest(test, { contract, tickets, changes, now, report }));
      if (tests.length <= TESTS_MAX) continue;
      const hint = `A contract has at most ${TESTS_MAX} tests, each case counted.`;
      report.add(CODES.tooManyTests, test, 'There are too many tests.', hint);
      return tests;
    }
  }
  return tests;
}

/** The tickets, or changes, of all files: whichever file describes one, every test may begin with it. */
function compileTickets(
  files: readonly Written<WrittenTests>[],
  of: 'tickets' | 'changes',
  shapes: FieldShapes | null,
  report: Report,
): ReadonlyMap<string, JsonObject> {
  const names = new Names(report);
  const tickets = new Map<string, JsonObject>();
  for (const file of files) {
    const written = file.get(of);
    if (written !== null && shapes === null) reportNotDescribed(written, 'changes', report);
    for (const [name, ticket] of written?.entries() ?? []) {
      names.add(name, ticket.key);
      if (shapes !== null) tickets.set(name, compileItsmFields(ticket, shapes, report));
    }
  }
  return tickets;
}

function compileNow(written: Written<string> | null, contract: Contract, report: Report): Instant {
  const text = written?.text ?? null;
  if (written === null || text === null) return NOW_DEFAULT;
  const date = DateTime.fromISO(text, { zone: contract.itsm.database.timeZone });
  if (date.isValid) return date.toMillis();
  report.add(CODES.badDate, written, `"${text}" is not a date.`, 'Write it as 2026-03-02T09:00:00Z.');
  return NOW_DEFAULT;
}

/** Names that are given once in all files. */
class Names {
  readonly #report: Report;
  readonly #given = new Map<string, Spot>();

  constructor(report: Report) {
    this.#report = report;
  }

  add(name: string, at: Spot): void {
    const first = this.#given.get(name);
    if (first === undefined) {
      this.#given.set(name, at);
      return;
    }
    const where = `${first.place.file}:${first.place.line}`;
    const hint = 'Give each its own: failures are told by it.';
    this.#report.add(CODES.duplicateName, at, `The name "${name}" is already given at ${where}.`, hint);
  }
}
