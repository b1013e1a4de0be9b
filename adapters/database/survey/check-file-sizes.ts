import { CODES } from '../../../engine/compile/codes.ts';
import type { InboundAttachments } from '../../../engine/domain/contract.ts';
import type { AttachmentTable } from '../../../engine/domain/itsm-description.ts';
import { sizeText } from '../../../engine/wire/size-text.ts';
import { columnOf } from './schema.ts';
import type { Path } from './spots.ts';
import type { SurveyContext } from './survey-context.ts';

/** Do column and server take files as long as the contract does? */
export function checkFileSizes(context: SurveyContext): void {
  const { inbound, changes, itsm } = context.contract;
  checkColumn(context, inbound.attachments, itsm.attachments, ['inbound', 'attachments']);
  const ofChanges = itsm.changeRequests?.attachments ?? null;
  checkColumn(context, changes?.attachments ?? null, ofChanges, ['changes', 'attachments']);
}

/** Files are put together in their column by the server, in one statement. */
function checkColumn(
  { schema, report, inContract }: SurveyContext,
  rules: InboundAttachments | null,
  described: AttachmentTable | null,
  path: Path,
): void {
  const name = described?.content.column ?? null;
  const table = described === null ? undefined : schema.tables.get(described.table);
  const column = table === undefined || name === null ? null : columnOf(table, name);
  if (rules === null || table === undefined || column === null) return;
  const taken = sizeText(rules.bytesMax);
  const tight = (says: string, bytesMax: number, helps: string): void => {
    const message = `${says}, and files of up to ${taken} are taken: a longer one would be refused.`;
    const hint = `${helps}, write max_size: ${Math.floor(bytesMax / 1024)}KB, or store files in a directory.`;
    report.add(CODES.tightColumn, inContract([...path, 'max_size']), message, hint);
  };
  const { lengthMax, declared } = column;
  if (lengthMax !== null && lengthMax < rules.bytesMax) {
    const says = `${table.name}.${column.name} is ${declared}, which holds ${sizeText(lengthMax)}`;
    tight(says, lengthMax, `ALTER TABLE ${table.name} MODIFY ${column.name} longblob`);
  }
  const { packetBytesMax } = schema;
  if (packetBytesMax !== null && packetBytesMax < rules.bytesMax) {
    const says = `The server’s max_allowed_packet is ${sizeText(packetBytesMax)}`;
    tight(says, packetBytesMax, `Set max_allowed_packet to ${taken} or more on the server`);
  }
}
