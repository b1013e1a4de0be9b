import type { JsonObject } from '../../engine/domain/json.ts';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import type { Ticket, TicketAttachment } from '../../engine/domain/ticket.ts';
import { mapTicket } from '../../engine/map/outbound.ts';
import type { Mark } from './make-ticket.ts';
import { meetings } from './meet-condition.ts';
import type { Workshop } from './say-field.ts';
import { typeAt, type Path } from './ticket-values.ts';

/** A file of the test's ticket: its row, and what is in it. */
export interface TestFile {
  readonly key: string;
  readonly content: Buffer;
}

/** The row of the one file of a test. */
const FILE_KEY = '1';

/** Plain text, so that its type is told from its name and its bytes alike. */
export const testFile = (mark: Mark): TestFile => ({
  key: FILE_KEY,
  content: Buffer.from(`${mark.text}\nA test of the connection: Ümläüt, é, €.\n`),
});

/** The ticket with the file's row, as the contract lets it travel; or why it does not. */
export function withFile(
  { contract, now }: Workshop,
  ticket: Ticket,
  { key, content }: TestFile,
  written: JsonObject | null,
): Ticket | string {
  const { outbound, itsm } = contract;
  if (outbound.attachments === null) return 'the contract sends no files';
  const typeOf = (path: Path) => typeInFiles(itsm, path);
  for (const fields of written === null ? meetings(outbound.attachments.when, {}, typeOf, now) : [written]) {
    const file: TicketAttachment = {
      key,
      name: 'echo-test.txt',
      contentType: 'text/plain',
      size: content.byteLength,
      fields,
    };
    const edited = { ...ticket, attachments: [file] };
    if (mapTicket(contract, edited, now).attachments?.some(({ travels }) => travels) === true) return edited;
  }
  return written === null
    ? 'no file can be made up for which attachments.when holds'
    : 'attachments.when does not hold for that file';
}

const typeInFiles = ({ attachments, tickets }: ItsmDescription, path: Path): ReturnType<typeof typeAt> =>
  attachments === null
    ? null
    : typeAt({ tickets: { ...tickets, fields: attachments.fields, customFields: null } }, path);
