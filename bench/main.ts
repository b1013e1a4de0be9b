import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { machineText } from './measure/machine.ts';
import { markdown, type Benchmark, type Section } from './measure/section.ts';

/** Loaded only when they are run: each brings what it compares with. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  mapping: async () => (await import('./mapping/mapping.bench.ts')).MAPPING,
  peers: async () => (await import('./peers/peers.bench.ts')).PEERS,
  drain: async () => (await import('./drain/drain.bench.ts')).DRAIN,
  detect: async () => (await import('./detect/detect.bench.ts')).DETECT,
  preview: async () => (await import('./preview/preview.bench.ts')).PREVIEW,
  memory: async () => (await import('./memory/memory.bench.ts')).MEMORY,
};

const USAGE = `npm run bench -- [NAME…] [--quick] [--write FILE]

  NAME           ${Object.keys(BENCHMARKS).join(', ')}; without names all of them
  --quick        less of everything: rough ratios in a few minutes
  --write FILE   write the Markdown there as well
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const names = positionals.length === 0 ? Object.keys(BENCHMARKS) : positionals;
const unknown = names.filter((name) => BENCHMARKS[name] === undefined);
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`There is no benchmark ${unknown.join(', ')}.\n\n`);
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const parts: string[] = [`Measured on ${machineText()}.`];
process.stdout.write(`${parts.join('')}\n\n`);
const progress = (line: string): void => void process.stderr.write(`${line}\n`);
for (const name of names) {
  const benchmark = await BENCHMARKS[name]?.();
  if (benchmark === undefined) continue;
  const sections: readonly Section[] = await benchmark.run({ quick: values.quick, progress });
  for (const section of sections) {
    const text = markdown(section);
    parts.push(text);
    process.stdout.write(`${text}\n\n`);
  }
}
if (values.write !== undefined) await writeFile(values.write, `${parts.join('\n\n')}\n`);
