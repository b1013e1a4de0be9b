import type {
  AttachmentContent,
  AttachmentDirectory,
  AttachmentTable,
} from '../../domain/itsm-description.ts';
import { CODES } from '../codes.ts';
import { compileSetting } from '../compile-setting.ts';
import type { Report } from '../report.ts';
import type { Written } from '../yaml/written.ts';
import { compileConstants, compileWhere } from './compile-constants.ts';
import { compileIdentifier } from './compile-identifier.ts';
import { compileSources } from './compile-sources.ts';
import type { WrittenAttachmentTable } from './written-itsm.ts';

/** What rules know an attachment by, besides its fields. */
const ATTACHMENT_NAMES = ['key', 'name', 'content_type', 'size'];

/** Null, and reported, if a part is missing. `ticketKey`: what a row names its ticket by, unless it says otherwise. */
export function compileAttachments(
  written: Written<WrittenAttachmentTable> | null,
  ticketKey: string,
  report: Report,
): AttachmentTable | null {
  if (written === null) return null;
  const column = (name: 'key' | 'ticket' | 'refers_to' | 'order_by' | 'name' | 'content_type' | 'size') =>
    compileIdentifier(written.get(name), 'column', report);
  const table = compileIdentifier(written.get('table'), 'table', report);
  const key = column('key');
  const ticket = column('ticket');
  const refersTo = column('refers_to') ?? ticketKey;
  const orderBy = column('order_by');
  const name = column('name');
  const contentType = column('content_type');
  const size = column('size');
  const content = compileContent(written.get('content'), report);
  const rest = {
    where: compileWhere(written.get('where'), report),
    fields: compileSources(written.get('fields'), ATTACHMENT_NAMES, report),
    onInsert: compileConstants(written.get('on_insert'), report),
    place: written.key.place,
  };
  if (table === null || key === null || ticket === null || orderBy === null) return null;
  if (name === null || content === null) return null;
  return { table, key, ticket, refersTo, orderBy, name, contentType, size, content, ...rest };
}

function compileContent(
  written: Written<WrittenAttachmentTable['content']> | null,
  report: Report,
): AttachmentContent | null {
  if (written === null) return null;
  const column = compileIdentifier(written.get('column'), 'column', report);
  const directory = compileDirectory(written, report);
  if (written.get('column') === null && written.get('directory') === null && written.get('path') === null) {
    const hint = 'Name a BLOB column, column: …; or directory: … and path: …; or all three.';
    report.add(CODES.missingKey, written.key, 'Nothing says where the content lies.', hint);
  }
  return column === null && directory === null ? null : { column, directory };
}

/** A directory, and the column that says which of its files is the row's: none is of use without the other. */
function compileDirectory(
  written: Written<WrittenAttachmentTable['content']>,
  report: Report,
): AttachmentDirectory | null {
  const directory = written.get('directory');
  const pathColumn = written.get('path');
  if (directory === null && pathColumn === null) return null;
  if (pathColumn === null) {
    const message = 'No column says which file of the directory is the row’s.';
    report.add(CODES.missingKey, written.key, message, 'path is the column that takes the name of the file.');
    return null;
  }
  if (directory === null) {
    const message = 'A path leads nowhere without a directory.';
    report.add(CODES.missingKey, written.key, message, 'directory is the folder that the paths begin from.');
    return null;
  }
  const path = compileSetting(directory, 'none', report);
  const column = compileIdentifier(pathColumn, 'column', report);
  return path === null || column === null ? null : { path, column };
}
