import type { JsonObject } from '../../engine/domain/json.ts';
import type { TransactionType } from '../../engine/domain/message.ts';
import type { SentMessage } from './fifo-queue.ts';
import type { MessageTweaks } from './message-bodies.ts';
import { sizeOf, type FileContent } from './offered-files.ts';
import type { Tenant } from './tenant.ts';

/** A file that a user at the provider attaches. */
export interface DeskFile extends MessageTweaks {
  readonly name: string;
  /** Default `application/octet-stream`. */
  readonly type?: string;
  /** Its text; or its bytes in base64; or only how many bytes are made up. Default: one line of text. */
  readonly text?: string;
  readonly base64?: string;
  readonly size?: number;
  /** How long the address is good. Default 6 h. */
  readonly goodForMs?: number;
  /** Whether the address itself says until when it is good. Default true. */
  readonly saysUntil?: boolean;
}

/** Offers the file under an address of the provider's, and tells the client: an Attachment message. */
export function attachFile(
  tenant: Tenant,
  ticketNumber: string,
  sent: DeskFile,
  host: string,
  identity: JsonObject,
  announce: (type: TransactionType, body: JsonObject, tweaks: MessageTweaks) => SentMessage,
): SentMessage {
  const { name, type = 'application/octet-stream', goodForMs, saysUntil = true } = sent;
  const content = contentOf(sent, tenant);
  const signed = tenant.offered.offer({ ticketNumber, name, type, content }, goodForMs);
  const address = saysUntil ? signed : signed.replace(/\?.*$/, '');
  const body: JsonObject = {
    ...identity,
    attachmentName: name,
    attachmentType: type,
    attachmentSize: String(sizeOf(content)),
    attachment: host + address,
    attachmentInfo: '',
  };
  return announce('Attachment', body, sent);
}

function contentOf({ text, base64, size, name }: DeskFile, tenant: Tenant): FileContent {
  if (base64 !== undefined) return { kind: 'bytes', bytes: Buffer.from(base64, 'base64') };
  if (size !== undefined) return { kind: 'made', size, seed: tenant.offered.count };
  return { kind: 'bytes', bytes: Buffer.from(text ?? `The content of ${name}.\n`) };
}
