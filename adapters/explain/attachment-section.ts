import type { InboundAttachments } from '../../engine/domain/contract.ts';
import type { AttachmentTable } from '../../engine/domain/itsm-description.ts';
import { sizeText } from '../../engine/wire/size-text.ts';
import { fieldTable } from './field-words.ts';
import { fixed, paragraph, say, type Block } from './page.ts';

/** What is fetched of the provider's files, from where, and where it goes. */
export function attachmentBlocks(
  rules: InboundAttachments | null,
  table: AttachmentTable | null,
): readonly Block[] {
  if (rules === null || table === null) return [paragraph(say`They are not taken.`)];
  const { column, directory } = table.content;
  const places = [
    ...(column === null ? [] : [`the column ${table.table}.${column}`]),
    ...(directory === null ? [] : [`the directory ${directory.path.text}`]),
  ];
  return [
    paragraph(
      say`Each is fetched by https, without the bridge's key, from the bridge's own host and from ${fixed(rules.from.join(', '))}, and stored once in ${fixed(places.join(' and '))}. Its name is made safe.`,
    ),
    paragraph(
      say`Taken are files of ${fixed(sizeText(rules.bytesMax))} at most, of these types: ${fixed(rules.types.join(', '))}.`,
    ),
    paragraph(
      say`What is not taken, and what cannot be had before its address expires, is told on the ticket with its name and the reason.`,
    ),
    ...(rules.fields.size === 0
      ? []
      : [
          paragraph(say`Besides name, type and size its row gets:`),
          fieldTable("our attachment's field", rules.fields.values(), 'inbound'),
        ]),
  ];
}
