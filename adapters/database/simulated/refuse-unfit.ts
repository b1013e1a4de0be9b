import type { FieldSource } from '../../../engine/domain/itsm-description.ts';
import { holds } from '../../../engine/map/storable.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import type { Bound } from '../itsm/field-values.ts';

/**
 * Refuses, as a server does, what the columns do not take by what itsm.yaml says of them.
 * @throws ItsmRefused
 */
export function refuseUnfit(
  table: string,
  sources: ReadonlyMap<string, FieldSource>,
  row: Readonly<Record<string, Bound>>,
): void {
  for (const source of sources.values()) {
    if (source.kind !== 'column') continue;
    const { column, lengthMax, characters } = source;
    const text = row[column];
    if (typeof text !== 'string') continue;
    const written = Array.from(text);
    if (lengthMax !== null && written.length > lengthMax)
      throw new ItsmRefused(`${table} does not take ${column}: Data too long for column '${column}'`);
    if (characters !== null && written.some((character) => !holds(characters, character)))
      throw new ItsmRefused(
        `${table} does not take ${column}: Incorrect string value for column '${column}'`,
      );
  }
}
