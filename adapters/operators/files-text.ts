import { fileName, type GivenUpFile } from '../../engine/domain/given-up-file.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';
import { nameOf } from './group-causes.ts';
import { dateText, labelled, plural, sinceText } from './list-text.ts';

export interface FileOfTicket {
  readonly file: GivenUpFile;
  readonly lane: Lane | null;
}

/** Files that were given up, each with its ticket, why, and how it is tried again; nothing, if there are none. */
export function filesText(
  folder: string,
  files: readonly FileOfTicket[],
  { color, now }: { readonly color: boolean; readonly now: Instant },
): readonly string[] {
  const [first] = files;
  if (first === undefined) return [];
  return [
    [
      paint(`${plural(files.length, 'file')} given up`, 'strong', color),
      ...files.flatMap(({ file, lane }) => {
        const way = file.kind === 'upload' ? 'to the provider' : 'from the provider';
        const of = lane === null ? '' : ` of ${nameOf(lane)}`;
        const until = file.until === null ? '' : `; its address is good until ${dateText(file.until)}`;
        return [
          `${paint(fileName(file), 'bad', color)}  ${visible(file.name)}${of}, ${way}, since ${sinceText(file.at, now)}`,
          ...labelled('reason', `${file.reason}${until}`, color),
        ];
      }),
      ...labelled('then', `bridgehead parked retry ${folder} ${fileName(first.file)}`, color),
    ].join('\n'),
  ];
}
