import { createHash } from 'node:crypto';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Chance } from './chance.ts';
import type { AttachedHere } from './history.ts';
import { put, type Subject } from './people.ts';
import type { World } from './world.ts';

/** Larger than rules/acme sends; the row says so, and nobody reads its content. */
const TOO_LARGE = 30 * 1024 * 1024;

interface MadeFile extends Pick<AttachedHere, 'isRefused' | 'type'> {
  readonly name: string;
  readonly content: Buffer;
  readonly size: number;
}

/** Somebody at the client attaches a file to the ticket. */
export async function attachHere(
  world: World,
  subject: Subject,
  ticket: Ticket,
  chance: Chance,
  at: Instant,
): Promise<void> {
  const { words, database } = world;
  if (words.file === undefined) return;
  subject.files += 1;
  const label = `f${subject.index % 40}.${subject.files}`;
  const { name, content, size, isRefused, type } = makeFile(chance, label);
  const key = String(world.nextKey('files'));
  const travels = chance.is(0.8);
  await database.twin.putContent(ticket.key, key, content);
  const attachments = [...(ticket.attachments ?? []), words.file(key, name, size, travels, at)];
  const sha256 = createHash('sha256').update(content).digest('hex');
  await put(world, { ...ticket, attachments }, {}, at, false, null, null, {
    name,
    travels,
    isRefused,
    sha256,
    type,
  });
}

/** Names are those that people give, so several of a ticket may be alike; what is refused has one of its own. */
function makeFile(chance: Chance, label: string): MadeFile {
  const named = (name: string, content: Buffer, type: string, isRefused = false): MadeFile => ({
    name,
    content,
    type,
    isRefused,
    size: content.length,
  });
  return chance.weighted<() => MadeFile>([
    [4, () => named('log.txt', Buffer.from(`the log ${label}\n`), 'text/plain')],
    [2, () => named(`Übersicht ${label}.csv`, Buffer.from(`a,b\n${label},1\n`), 'text/csv')],
    [2, () => named('bild.dat', Buffer.from(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${label}`, 'latin1'), 'image/png')],
    [1, () => named(`${label}.exe`, Buffer.from(label), 'text/plain', true)],
    [1, () => named(`${label}.pdf`, Buffer.from(`MZ\x90\0${label}`, 'latin1'), '', true)],
    [0.5, () => ({ ...named(`${label}.zip`, Buffer.from(label), '', true), size: TOO_LARGE })],
  ])();
}
