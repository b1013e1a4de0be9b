import { createHash } from 'node:crypto';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { isJsonObject } from '../../engine/domain/json.ts';
import type { DeskFile } from '../../adapters/simulator/attach-file.ts';
import type { SentMessage } from '../../adapters/simulator/fifo-queue.ts';
import { partsOf } from '../../adapters/simulator/offered-files.ts';
import { hasEnded } from '../../adapters/simulator/provider-ticket.ts';
import { noteChange } from './change-people.ts';
import type { Chance } from './chance.ts';
import type { OfferedThere } from './history.ts';
import { noteTicket, type Subject } from './people.ts';
import { textOf } from './text-of.ts';
import type { World } from './world.ts';

/** Larger than any sample contract takes. */
const TOO_LARGE = 60 * 1024 * 1024;

/** More than any connection brings that breaks: what comes of such a file is never as long as was said. */
const SIZE_SAID_WRONG = '80000';

/** A file, and what is to become of it. */
export interface MadeFile extends Pick<OfferedThere, 'fate' | 'because'> {
  readonly sent: DeskFile;
}

/** Somebody at the provider attaches a file to its ticket or change, if it is there. */
export const attachThere = (world: World, subject: Subject, chance: Chance): Promise<void> =>
  attachMade(world, subject, (label) => makeFile(chance, label));

export async function attachMade(
  world: World,
  subject: Subject,
  make: (label: string) => MadeFile,
): Promise<void> {
  const { desk, changes, tenant } = world;
  subject.filesThere += 1;
  // Unlike texts: what is stored is told from all other files by its bytes.
  const label = `d${subject.index}-${subject.filesThere}x`;
  const { sent, ...expected } = make(label);
  const offered = ({ body }: SentMessage, ticketNumber: string): OfferedThere => {
    const file = tenant.offered.of(ticketNumber).at(-1);
    if (file === undefined) throw new Error('a file was attached, and none is offered');
    const hash = createHash('sha256');
    // What is refused for its length alone is never read.
    if (file.size < TOO_LARGE) for (const part of partsOf(file.content)) hash.update(part);
    const address = textOf(isJsonObject(body) ? body.attachment : '').replace(/\?.*$/, '');
    const { expiresAt } = file;
    const { saysUntil = true } = sent;
    return { label, sha256: hash.digest('hex'), address, expiresAt, saysUntil, ...expected };
  };
  if (subject.kind === 'change') {
    const number = subject.providerTicket ?? '';
    noteChange(world, 'attaches a file', () => changes.attach(number, sent), offered);
    return;
  }
  const before = await world.theirTicketOf(subject);
  if (before === null || hasEnded(before)) return;
  noteTicket(world, 'attaches a file', before, () => desk.attach(before.ticketNumber, sent), offered);
}

/** Nothing speaks against it, and its address is good for hours. */
export const plainFile = (name: string, of: Pick<DeskFile, 'text' | 'size'>): MadeFile => ({
  sent: { name, ...of },
  fate: 'stored',
  because: /^$/,
});

export const programFile = (label: string): MadeFile => ({
  sent: { name: `${label}.exe` },
  fate: 'refused',
  because: /files with the extension \.exe are not taken/,
});

function makeFile(chance: Chance, label: string): MadeFile {
  const text = `the file ${label}\n`;
  const refused = (because: RegExp, sent: DeskFile): MadeFile => ({ sent, fate: 'refused', because });
  const late = (sent: Partial<DeskFile>): MadeFile => ({
    sent: { name: `${label}.txt`, text, ...sent },
    fate: 'either',
    because: /its address was good until|its address has expired/,
  });
  const elsewhere = (attachment: string): DeskFile => ({ name: `${label}.txt`, message: { attachment } });
  return chance.weighted<() => MadeFile>([
    [5, () => plainFile(`${label}.txt`, { text })],
    [3, () => plainFile(`${label}.zip`, { size: chance.int(60_000, 200_000) })],
    [3, () => plainFile(chance.pick(HOSTILE_NAMES).replace('LABEL', label), { text })],
    [2, () => late({ goodForMs: chance.int(0, minutes(5)) })],
    [1, () => late({ goodForMs: chance.int(0, minutes(2)), saysUntil: false })],
    [1, () => refused(/it has 60 MB, and \d+ MB are taken/, { name: `${label}.zip`, size: TOO_LARGE })],
    [
      0.5,
      () =>
        refused(/it has 60 MB, and \d+ MB are taken/, {
          name: `${label}.zip`,
          size: TOO_LARGE,
          message: { attachmentSize: SIZE_SAID_WRONG },
        }),
    ],
    [1, () => programFile(label)],
    [
      1,
      () =>
        refused(/it is a Windows program/, {
          name: `${label}.pdf`,
          base64: Buffer.from(`MZ\x90\0${label}`, 'latin1').toString('base64'),
        }),
    ],
    [0.5, () => refused(/its host is not one/, elsewhere(`https://files.example/${label}`))],
    [0.5, () => refused(/its address is not https/, elsewhere(`http://files.provider.example/${label}`))],
    [
      0.5,
      () =>
        refused(/the provider said 80000/, {
          name: `${label}.txt`,
          text,
          message: { attachmentSize: SIZE_SAID_WRONG },
        }),
    ],
  ])();
}

/** Each is stored, under a name that does no harm. */
const HOSTILE_NAMES = [
  '../../etc/LABEL.txt',
  'C:\\LABEL.txt',
  'CON.LABEL.txt',
  '\u202eLABEL.txt',
  '.LABEL\n\0.txt ',
  `LABEL ${'\u00fc'.repeat(200)}.txt`,
] as const;

/** How long after its opening a ticket gets a file. */
export const filesPlanned = (chance: Chance): readonly number[] =>
  Array.from(
    {
      length: chance.weighted([
        [5, 0],
        [3, 1],
        [2, 2],
        [1, 5],
      ] as const),
    },
    () => chance.int(0, minutes(6)) + seconds(1),
  );
