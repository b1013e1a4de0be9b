import { minutes, seconds } from '../../engine/domain/instant.ts';

/** Bounds of the provider's side: the queue's and the tickets' are documented (client guide v1.2), the rest are the simulator's own. */

/** A received message stays hidden for so long; its receipt handle is good for as long. */
export const VISIBILITY_TIMEOUT_MS = seconds(30);
/** Receives of one message after which it goes to the failure queue. */
export const RECEIVES_MAX = 20;
/** A message this old is deleted, read or not. */
export const MESSAGE_AGE_MS_MAX = minutes(4 * 24 * 60);
/** Messages of one read; some clients are set to a multiple of it. */
export const MESSAGES_PER_READ_DEFAULT = 10;
export const MESSAGES_PER_READ_MAX = 100;
/** A Resolved ticket becomes Closed after this. */
export const RESOLVED_MS_MAX = minutes(7 * 24 * 60);

/** A presigned URL is good for so long. */
export const UPLOAD_URL_MS = seconds(120);
/** The beginning of a file by which its kind is told. */
export const FILE_HEAD_BYTES = 4096;

/** Receipt handles remembered per queue; an older one is answered as unknown. */
export const RECEIPT_HANDLES_KEPT_MAX = 100_000;
/** Requests kept in the log; the oldest go first. */
export const REQUESTS_KEPT_MAX = 50_000;
/** The largest request body read: 10 MiB, as API gateways have it. */
export const REQUEST_BYTES_MAX = 10 * 1024 * 1024;
/** The longest delay a fault may ask for. */
export const FAULT_DELAY_MS_MAX = minutes(10);

/** The longest file that is made up: 4 GiB. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024 * 1024;
