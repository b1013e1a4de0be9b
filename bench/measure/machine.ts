import { cpus, totalmem } from 'node:os';

/** The machine in one line: what absolute times mean nothing without. */
export function machineText(): string {
  const all = cpus();
  const model = all[0]?.model.trim().replace(/\s+/g, ' ') ?? 'an unknown processor';
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${all.length} cores (${model}), ${gigabytes} GB of memory, Node ${process.versions.node}, V8 ${process.versions.v8}`;
}
