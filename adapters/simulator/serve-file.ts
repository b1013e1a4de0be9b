import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { partsOf, type Served } from './offered-files.ts';

/** What S3 says of an address that is too old (client guide v1.2). */
const EXPIRED =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
const UNKNOWN =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';

/** Answers a GET of an attached file's address as S3 does: the bytes, as they are taken. */
export async function serveFile(served: Served, reply: FastifyReply): Promise<FastifyReply> {
  if (served.kind === 'expired') return reply.code(403).type('application/xml').send(EXPIRED);
  if (served.kind === 'unknown') return reply.code(404).type('application/xml').send(UNKNOWN);
  const { type, size, content } = served.file;
  return reply
    .code(200)
    .header('content-length', size)
    .type(type)
    .send(Readable.from(partsOf(content), { objectMode: false, highWaterMark: 1 }));
}
