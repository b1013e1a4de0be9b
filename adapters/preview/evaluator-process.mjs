// The process in which rules and tickets that came over the network are evaluated: one job at a time, nothing in its
// environment, and a heap of its own (see isolated-evaluators.ts).
import { Buffer } from 'node:buffer';
import { Worker } from 'node:worker_threads';
import '../../bin/typescript.mjs';

// A job that never ends would outlive a parent that was killed: nobody would be left to end it.
new Worker(
  `const parent = process.ppid;
   setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);`,
  { eval: true, stdout: true, stderr: true },
).unref();

const { evaluateJob } = await import('./evaluate-job.ts');
let rules = null;
process.on('message', ({ number, task, rules: given }) => {
  rules = given ?? rules;
  void evaluateJob({ ...JSON.parse(task), rules }).then(({ status, body }) =>
    process.send({ kind: 'done', number, status, body: Buffer.from(body) }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
