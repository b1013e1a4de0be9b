import { paint } from '../terminal/paint.ts';
import type { CoverageReport } from './coverage.ts';
import { placeText } from './rule-reasons.ts';

/** Coverage for people: how much of each kind was met, and where the rest is written. */
export function coverageText({ kinds, missed, percent, met, total }: CoverageReport, color: boolean): string {
  const width = Math.max(...kinds.map(({ kind }) => kind.length));
  const lines = kinds.map((counted) => {
    const line = `  ${counted.kind.padEnd(width)}  ${counted.met} of ${counted.total}`;
    return counted.met === counted.total ? line : paint(line, 'bad', color);
  });
  return [
    `  ${paint(`coverage ${percent} %`, percent === 100 ? 'good' : 'bad', color)} (${met} of ${total})`,
    ...lines,
    ...(missed.length === 0 ? [] : ['  never met:']),
    ...missed.map(({ place, kind, text }) => `    ${placeText(place)}  ${kind}: ${text}`),
  ].join('\n');
}
