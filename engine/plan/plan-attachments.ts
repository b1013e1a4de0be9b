import type { OutboundAttachments } from '../domain/contract.ts';
import type { LedgerEntry } from '../domain/lane.ts';
import { RESENDS_MAX } from '../domain/limits.ts';
import type { Upload } from '../domain/upload.ts';
import type { MappedAttachment } from '../map/outbound.ts';
import { ruleName } from '../map/rule-fault.ts';
import { isProgramName, uniqueFileName } from '../wire/file-name.ts';
import { sizeText } from '../wire/size-text.ts';
import type { UploadAction } from './action.ts';
import { crossedKeys } from './crossed-keys.ts';

/**
 * The files in scope that have neither crossed nor been begun, each with the name under which it is sent. Names are those
 * that the ticket does not have at the provider yet, also of files that came from there.
 */
export function planAttachments(
  rules: OutboundAttachments | null,
  mapped: readonly MappedAttachment[],
  ledger: readonly LedgerEntry[],
  uploads: readonly Upload[],
): readonly UploadAction[] {
  if (rules === null || mapped.length === 0) return [];
  const crossed = crossedKeys(ledger, 'attachment');
  const begun = new Set(uploads.map(({ attachment }) => attachment));
  const theirs = mapped.filter(({ key }) => crossed.has(key) && !begun.has(key)).map(({ name }) => name);
  const taken = [...uploads.map(({ name }) => name), ...theirs];
  const actions: UploadAction[] = [];
  for (const { key, name: fileName, size, travels } of mapped) {
    if (!travels || crossed.has(key) || begun.has(key)) continue;
    const name = uniqueFileName(fileName, rules.encoding, taken);
    taken.push(name);
    actions.push({
      kind: 'attachment',
      attachment: key,
      fileName,
      name,
      refusal: refusalOf(rules, fileName, size),
      because: `a new attachment: ${fileName}`,
      rule: ruleName('attachments', rules.place),
    });
  }
  return actions;
}

/** Why a file is not sent, as far as name and length tell; null: nothing speaks against it. */
export function refusalOf(rules: OutboundAttachments, fileName: string, size: number | null): string | null {
  if (isProgramName(fileName)) return 'programs (.exe) are not taken there';
  if (size !== null && size > rules.sizeMax)
    return `it has ${sizeText(size)}, and at most ${sizeText(rules.sizeMax)} are sent`;
  return null;
}

/** Files on their way after which resolving and closing wait. One that has got no answer for long is not waited for. */
export const uploadsAwaited = (
  rules: OutboundAttachments | null,
  uploads: readonly Upload[],
): readonly Upload[] =>
  rules === null
    ? []
    : uploads.filter(({ phase, attempts }) => phase === 'waiting' && attempts < RESENDS_MAX);
