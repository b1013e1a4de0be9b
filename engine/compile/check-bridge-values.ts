import type { FieldRule, Table } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import type { Report, Spot } from './report.ts';
import { BRIDGE_VALUES, isEnumerated } from './vocabulary.ts';

/** Is this one of the bridge's values of the field? Free fields take any. */
export function checkBridgeValue(field: string, value: string, at: Spot, report: Report): void {
  if (!isEnumerated(field)) return;
  const allowed: readonly string[] = BRIDGE_VALUES[field];
  if (allowed.includes(value)) return;
  const mapped = field === 'impact' || field === 'urgency';
  const code = mapped ? CODES.maybeNotBridgeValue : CODES.notBridgeValue;
  const condition = mapped ? ', unless the provider has mapped it' : '';
  const message = `The bridge’s ${field} cannot be "${value}"${condition}.`;
  report.add(code, at, message, suggestion(value, allowed, 'allowed'));
}

/** The provider's words of a table that fills, or is filled from, an enumerated field of the bridge. */
export function checkTableValues(field: string, table: Table, report: Report): void {
  for (const { provider, place } of table.entries) {
    checkBridgeValue(field, provider, { place, length: provider.length }, report);
  }
  if (table.otherwise !== null) {
    checkBridgeValue(field, table.otherwise, { place: table.place, length: table.name.length }, report);
  }
}

/** An inbound rule that takes a bridge field as it is and translates it. */
export function checkInboundTable(rule: FieldRule, report: Report): void {
  if (rule.table !== null) checkTableValues(rule.value.source.trim(), rule.table, report);
}
