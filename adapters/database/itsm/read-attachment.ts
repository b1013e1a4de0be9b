import type { AttachmentTable } from '../../../engine/domain/itsm-description.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { TicketAttachment } from '../../../engine/domain/ticket.ts';
import { plainText } from './field-values.ts';

/** As it is selected, with the columns of its fields. */
export type AttachmentRow = Readonly<Record<string, unknown>> &
  Readonly<Record<'key' | 'name', unknown>> & { contentType?: unknown; size?: unknown };

/** Also of the simulated twin. A size that is no number is not known. */
export function readAttachment(
  { contentType, size }: Pick<AttachmentTable, 'contentType' | 'size'>,
  row: AttachmentRow,
  fields: JsonObject,
): TicketAttachment {
  const bytes = size === null || row.size === null ? Number.NaN : Number(plainText(row.size));
  return {
    key: plainText(row.key),
    name: row.name === null ? '' : plainText(row.name),
    contentType: contentType === null || row.contentType === null ? null : plainText(row.contentType),
    size: Number.isFinite(bytes) ? bytes : null,
    fields,
  };
}
