import type { ProviderAnswer } from './answers.ts';
import { refused, succeeded } from './answers.ts';
import { contentFits } from './content-fits.ts';
import type { ProviderRequest } from './gateway.ts';
import { hasEnded } from './provider-ticket.ts';
import type { Tenant } from './tenant.ts';
import type { Tenants } from './tenants.ts';

/** Letters, digits, `-` and `.`; begins with a letter or digit. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** Where presigned URLs lead when the client's request names no host, as in a simulation. */
const STORE_HOST = 'https://attachments.provider.example';

/** `GET /tickets/{n}/attachments/{file}`: leave to put this file, once, within 120 s. */
export function uploadUrl(
  tenant: Tenant,
  { ticketNumber, file }: { readonly ticketNumber: string; readonly file: string },
  { headers }: ProviderRequest,
): ProviderAnswer {
  const ticket = tenant.ticket(ticketNumber);
  // The client may only comment on a change, and answer its approvals.
  if (ticket === undefined) return refused.changeNotUpdatable;
  if (hasEnded(ticket)) return refused.ticketEnded;
  if (!FILE_NAME.test(file) || /\.exe(?:\.base64)?$/i.test(file)) return refused.fileName(file);
  const host = headers.host === undefined ? STORE_HOST : `http://${headers.host}`;
  return succeeded.uploadUrl(`${host}${tenant.files.grant(ticketNumber, file)}?X-Amz-Expires=120`);
}

/** `PUT {presigned URL}`: whose it is, only the token tells. */
export function storeFile(
  tenants: Tenants,
  token: string,
  { headers, file }: ProviderRequest,
): {
  readonly answer: ProviderAnswer;
  readonly effect: boolean;
  readonly changed: { readonly ticketNumber: string } | null;
} {
  const no = (answer: ProviderAnswer) => ({ answer, effect: false, changed: null });
  const tenant = tenants.all().find(({ files }) => files.check(token).kind !== 'unknown');
  if (tenant === undefined) return no(refused.urlUnknown);
  const leave = tenant.files.check(token);
  if (leave.kind === 'expired') return no(refused.urlExpired);
  if (leave.kind !== 'granted' || file === undefined) return no(refused.urlUsed);
  // Nobody else's host may ever see the key.
  if (headers['x-api-key'] !== undefined) return no(refused.keySent);
  const contentType = headers['content-type'] ?? '';
  const isText = leave.name.endsWith('.base64');
  const fits = isText
    ? /^text\/plain(?:;|$)/.test(contentType)
    : contentFits(contentType, Buffer.from(file.head, 'base64'));
  if (!fits) return no(refused.contentType);
  return {
    answer: succeeded.fileStored,
    effect: true,
    changed: tenant.files.put(token, contentType, file),
  };
}
