import type { OutboundAttachments } from '../domain/contract.ts';
import { ATTACHMENT_SIZE_DEFAULT, ATTACHMENT_SIZE_MAX } from '../domain/limits.ts';
import { CODES } from './codes.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import type { RowNames } from './itsm/itsm-names.ts';
import type { Scope } from './scope.ts';
import { parseSize } from './size.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenOutbound } from './written-contract.ts';

/** The files that travel. `described`: null if the ITSM description has none. */
export function compileOutboundAttachments(
  written: Written<NonNullable<WrittenOutbound['attachments']>> | null,
  described: RowNames | null,
  scope: Scope,
): OutboundAttachments | null {
  if (written === null) return null;
  if (described === null) {
    scope.report.add(
      CODES.unknownItsmField,
      written.key,
      'Attachments cannot travel: the ITSM description has none.',
      'Describe their table under attachments in the ITSM file.',
    );
    return null;
  }
  const when = compileExpressionAt(written.get('when'), described.input, scope);
  const sizeMax = compileSize(written.get('max_size'), scope);
  const encoding = written.get('encoding')?.text === 'base64' ? 'base64' : 'binary';
  return when === null ? null : { when, sizeMax, encoding, place: written.key.place };
}

function compileSize(written: Written<string> | null, { report }: Scope): number {
  const text = written?.text ?? null;
  const bytes = text === null ? null : parseSize(text);
  // How it is written, the schema says.
  if (written === null || text === null || bytes === null) return ATTACHMENT_SIZE_DEFAULT;
  if (bytes >= 1 && bytes <= ATTACHMENT_SIZE_MAX) return bytes;
  const message = `${text} is too ${bytes < 1 ? 'little' : 'much'}.`;
  report.add(CODES.badSize, written, message, 'From 1KB to 5GB; default 100MB.');
  return ATTACHMENT_SIZE_DEFAULT;
}
