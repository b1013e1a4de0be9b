import type { Measured } from './rounds.ts';
import { ratioText, timeText } from './words.ts';

/** What one benchmark found, as it is printed. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What every benchmark is told. */
export interface BenchOptions {
  /** Less of everything, for a first look: the ratios are rough. */
  readonly quick: boolean;
  /** Says how far a benchmark has come that takes very long. */
  readonly progress: (line: string) => void;
}

export interface Benchmark {
  /** As it is named on the command line. */
  readonly name: string;
  run(options: BenchOptions): Promise<readonly Section[]>;
}

/** Contestants side by side, the first being what the others are compared with. */
export const comparison = (title: string, one: string, measured: readonly Measured[]): Section => ({
  title,
  head: ['', one, 'times the first', 'half of the rounds'],
  rows: measured.map(({ name, nanoseconds, ratio, ratioFrom, ratioTo }, index) => [
    name,
    timeText(nanoseconds),
    index === 0 ? '1' : ratioText(ratio),
    index === 0 ? '' : `${ratioText(ratioFrom)} – ${ratioText(ratioTo)}`,
  ]),
});

export const markdown = ({ title, head, rows }: Section): string =>
  [
    `### ${title}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map((_, column) => (column === 0 ? '---|' : '---:|')).join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
