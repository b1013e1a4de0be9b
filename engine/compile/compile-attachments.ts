import type { InboundAttachments } from '../domain/contract.ts';
import { ATTACHMENT_BYTES_DEFAULT, ATTACHMENT_BYTES_MAX } from '../domain/limits.ts';
import { TYPES_DEFAULT } from '../wire/allowed-type.ts';
import { sizeText } from '../wire/size-text.ts';
import { CODES } from './codes.ts';
import { compileItsmFields } from './compile-itsm-fields.ts';
import type { RowNames } from './itsm/itsm-names.ts';
import type { InputShape, Scope } from './scope.ts';
import { parseSize } from './size.ts';
import type { WrittenAttachments } from './written-contract.ts';
import type { Written } from './yaml/written.ts';

/** Where S3 signs addresses for. The bridge's own host always is allowed besides. */
const FROM_DEFAULT: readonly string[] = ['*.amazonaws.com'];

/** A name, or `*.` and what names end in: of two parts at least, so that nobody allows `*.com`. */
const HOST = /^(?:\*\.(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*|(?:[a-z0-9-]+\.)*[a-z0-9-]+|\[[0-9a-f:]+\])$/i;

/** Null, and reported, if the ITSM description has no place for them. `where`: the key that would describe it. */
export function compileAttachments(
  written: Written<WrittenAttachments> | null,
  rows: RowNames | null,
  input: InputShape,
  where: string,
  scope: Scope,
): InboundAttachments | null {
  if (written === null) return null;
  if (rows === null) {
    const message = 'Attachments cannot be taken: the ITSM description has none.';
    const hint = `Describe their table under ${where} in the ITSM file.`;
    scope.report.add(CODES.attachmentsNotDescribed, written.key, message, hint);
    return null;
  }
  return {
    from: compileHosts(written.get('from'), scope),
    bytesMax: compileSize(written.get('max_size'), scope),
    types: compileTypes(written.get('types'), scope),
    fields: compileItsmFields(
      written.get('fields'),
      { what: 'attachment', fields: rows.fields, hasComments: false },
      input,
      scope,
    ),
    place: written.key.place,
  };
}

function compileHosts(written: Written<readonly string[]> | null, { report }: Scope): readonly string[] {
  if (written === null) return FROM_DEFAULT;
  return written.items().flatMap((item) => {
    const text = item.text ?? '';
    if (HOST.test(text)) return [text.toLowerCase()];
    const hint =
      'A host’s name, files.provider.example, or *. and what it ends in, *.provider.example: no address, no port.';
    report.add(CODES.badHost, item, `"${text}" is not a host.`, hint);
    return [];
  });
}

function compileSize(written: Written<string> | null, { report }: Scope): number {
  const text = written?.text ?? null;
  if (written === null || text === null) return ATTACHMENT_BYTES_DEFAULT;
  const bytes = parseSize(text);
  // How it is written, the schema says.
  if (bytes === null) return ATTACHMENT_BYTES_DEFAULT;
  if (bytes < 1 || bytes > ATTACHMENT_BYTES_MAX) {
    const message = `${text} is too ${bytes < 1 ? 'little' : 'much'}.`;
    const hint = `From 1KB to ${sizeText(ATTACHMENT_BYTES_MAX)}; default ${sizeText(ATTACHMENT_BYTES_DEFAULT)}.`;
    report.add(CODES.badSize, written, message, hint);
  }
  return bytes;
}

const TYPE = /^(?:[a-z0-9]{1,20}|[a-z0-9!#$&^_.+-]+\/(?:\*|[a-z0-9!#$&^_.+-]+)|\*\/\*)$/;

function compileTypes(written: Written<readonly string[]> | null, { report }: Scope): readonly string[] {
  if (written === null) return TYPES_DEFAULT;
  return written.items().flatMap((item) => {
    const text = (item.text ?? '').toLowerCase();
    if (TYPE.test(text)) return [text];
    const hint = 'An extension without its dot, pdf; a content type, image/png; or all of a kind, image/*.';
    report.add(
      CODES.badFileType,
      item,
      `"${item.text ?? ''}" is neither an extension nor a content type.`,
      hint,
    );
    return [];
  });
}
