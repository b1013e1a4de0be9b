import { spawn } from 'node:child_process';
import { seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import type { AlarmNotice, AlarmSink, AlarmTold } from '../../engine/runtime/ports.ts';
import { noticeJson } from './notice-json.ts';

/** A program that runs longer is ended. */
const COMMAND_MS_MAX = seconds(30);
/** What it writes beyond this is not kept. */
const OUTPUT_LENGTH_MAX = 2000;
/** All that the program finds in its environment of ours: no key of a bridge, no password of a database. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'USER'] as const;

/**
 * Runs a program for each alarm, without a shell: the JSON of the webhook on its standard input, the main of it in its
 * environment. Exit code 0 is a yes.
 */
export function commandSink(
  [program, ...args]: readonly [string, ...(readonly string[])],
  environment: Readonly<Record<string, string | undefined>>,
  { timeoutMs = COMMAND_MS_MAX }: { readonly timeoutMs?: Milliseconds } = {},
): AlarmSink {
  return {
    name: 'command',
    send: (notice) =>
      new Promise<AlarmTold>((resolve) => {
        const failed = (reason: string): void => resolve({ kind: 'failed', reason: `${program}: ${reason}` });
        const child = spawn(program, args, {
          env: { ...passedOn(environment), ...alarmEnvironment(notice) },
          stdio: ['pipe', 'pipe', 'pipe'],
          // Its children end with it.
          detached: true,
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (some: string) => {
            if (output.length < OUTPUT_LENGTH_MAX) output = (output + some).slice(0, OUTPUT_LENGTH_MAX);
          });
        }
        const deadline = setTimeout(() => {
          end(child.pid);
          failed(`it ran for ${timeoutMs / 1000} s and was ended`);
        }, timeoutMs);
        child.once('error', (error) => {
          clearTimeout(deadline);
          failed(error.message);
        });
        child.once('close', (code, signal) => {
          clearTimeout(deadline);
          if (code === 0) resolve({ kind: 'told' });
          else failed(`${code === null ? `ended by ${signal ?? ''}` : `exit code ${code}`}${said(output)}`);
        });
        // A program need not read what it is given.
        child.stdin.on('error', () => undefined);
        child.stdin.end(`${JSON.stringify(noticeJson(notice))}\n`);
      }),
  };
}

/** The whole group of processes that was started. */
function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

const said = (output: string): string => (output.trim() === '' ? '' : `: ${output.trim()}`);

const passedOn = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const alarmEnvironment = ({ event, contract, alarm }: AlarmNotice): Record<string, string> => ({
  BRIDGEHEAD_ALARM_EVENT: event,
  BRIDGEHEAD_ALARM_ID: alarm.id,
  BRIDGEHEAD_ALARM_CONTRACT: contract,
  BRIDGEHEAD_ALARM_KIND: alarm.finding.kind,
  BRIDGEHEAD_ALARM_VALUE: String(alarm.finding.value),
  // No program takes a NUL in its environment.
  BRIDGEHEAD_ALARM_SUMMARY: alarm.finding.summary.replaceAll('\0', ' '),
});
