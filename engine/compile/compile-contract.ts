import type { Contract } from '../domain/contract.ts';
import type { Diagnostic, SilencedDiagnostic } from '../domain/diagnostic.ts';
import { analyseContract } from './analysis/analyse-contract.ts';
import { subjectOf } from './analysis/subject.ts';
import { checkShape } from './yaml/check-shape.ts';
import { compileAlarms } from './compile-alarms.ts';
import { compileBridge } from './compile-bridge.ts';
import { compileChangeRules } from './compile-change-rules.ts';
import { compileConflicts } from './compile-conflicts.ts';
import { compileErrors } from './compile-errors.ts';
import { compileInbound } from './compile-inbound.ts';
import { compileItsm, compileTimeZone } from './itsm/compile-itsm.ts';
import { compileOutbound } from './compile-outbound.ts';
import { compileTables } from './compile-tables.ts';
import type { ContractSource } from './contract-source.ts';
import { findItsmFile } from './itsm/itsm-file.ts';
import { itsmNames } from './itsm/itsm-names.ts';
import { readYaml } from './yaml/read-yaml.ts';
import { Report } from './report.ts';
import { Written } from './yaml/written.ts';
import type { WrittenContract } from './written-contract.ts';
import type { WrittenItsm } from './itsm/written-itsm.ts';

export interface CompiledContract {
  /** Null if there are errors. */
  readonly contract: Contract | null;
  /** All mistakes at once, by file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** Warnings that a comment allows where they stand, with its reason. */
  readonly silenced: readonly SilencedDiagnostic[];
}

/** Compiles a contract. Whatever the files hold, it returns: mistakes are diagnostics. */
export function compileContract(source: ContractSource): CompiledContract {
  const report = new Report();
  const contract = compile(source, report);
  const result = report.result([source.main, ...source.files.keys()]);
  return { contract: report.hasErrors ? null : contract, ...result };
}

function compile(source: ContractSource, report: Report): Contract | null {
  const root = readYaml(source.main, source.files.get(source.main) ?? '', report);
  if (root === null) return null;
  checkShape(root, 'contract', report);
  const written = new Written<WrittenContract>(root);
  const writtenItsm = readItsm(source, written, report);

  const name = written.get('contract')?.text ?? '';
  const timeZone = compileTimeZone(writtenItsm, report);
  const itsm = compileItsm(writtenItsm, name, timeZone, report);
  const names = itsmNames(writtenItsm);
  const scope = { report, timeZone, tables: compileTables(written) };
  const parts = {
    name,
    clientName: written.get('client_name')?.text ?? '',
    tables: scope.tables,
    conflicts: compileConflicts(written.get('conflicts'), names, scope),
    errors: compileErrors(written.get('errors'), scope),
  };
  const bridge = compileBridge(written.get('bridge'), scope);
  const alarms = compileAlarms(written.get('alarms'), bridge?.poll ?? null, report);
  const outbound = compileOutbound(written.get('outbound'), names, scope);
  const inbound = compileInbound(written.get('inbound'), names, scope);
  const changes = compileChangeRules(written.get('changes'), names, scope);
  analyseContract(subjectOf(written, writtenItsm, scope.tables, report));
  if (bridge === null || itsm === null || outbound === null || inbound === null) return null;
  return { ...parts, bridge, itsm, outbound, inbound, changes, alarms };
}

function readItsm(
  source: ContractSource,
  written: Written<WrittenContract>,
  report: Report,
): Written<WrittenItsm> | null {
  const file = findItsmFile(source, written, report);
  const root = file === null ? null : readYaml(file, source.files.get(file) ?? '', report);
  if (root === null) return null;
  checkShape(root, 'itsm', report);
  return new Written<WrittenItsm>(root);
}
