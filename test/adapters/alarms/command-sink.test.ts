import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandSink } from '../../../adapters/alarms/command-sink.ts';
import { alarmNotice } from '../../support/alarm-notice.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridgehead-command-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of a few lines of JavaScript, run as `node FILE …`. */
function program(name: string, text: string): readonly [string, ...string[]] {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return [process.execPath, file];
}

describe('a command', () => {
  test('gets the alarm on standard input and in its environment, and nothing of ours besides', async () => {
    const out = join(folder, 'got.json');
    const [node, ...args] = program(
      'note',
      `import { readFileSync, writeFileSync } from 'node:fs';
       const input = JSON.parse(readFileSync(0, 'utf8'));
       writeFileSync(${JSON.stringify(out)}, JSON.stringify({ input, env: process.env, args: process.argv.slice(2) }));`,
    );
    const environment = { PATH: process.env.PATH, ACME_BRIDGE_KEY: 'secret' };
    const hostile = 'a b; touch $(HOME) "x"';
    const sink = commandSink([node, ...args, hostile], environment);

    expect(await sink.send(alarmNotice('raised'))).toEqual({ kind: 'told' });
    const got = JSON.parse(readFileSync(out, 'utf8')) as {
      input: Record<string, unknown>;
      env: Record<string, string>;
      args: string[];
    };
    expect(got.input).toMatchObject({ event: 'raised', alarm: 'parked', contract: 'acme', value: 1 });
    expect(got.args).toEqual([hostile]);
    expect(got.env).toMatchObject({
      BRIDGEHEAD_ALARM_EVENT: 'raised',
      BRIDGEHEAD_ALARM_ID: 'a-1',
      BRIDGEHEAD_ALARM_CONTRACT: 'acme',
      BRIDGEHEAD_ALARM_KIND: 'parked',
      BRIDGEHEAD_ALARM_VALUE: '1',
      BRIDGEHEAD_ALARM_SUMMARY: '1 ticket is parked (alarm from 1 on)',
    });
    expect(got.env.ACME_BRIDGE_KEY).toBeUndefined();
  });

  test('that fails has not been told, and the end of it is in the reason, bounded', async () => {
    const sink = commandSink(
      program('fail', `process.stderr.write('no pager ' + 'x'.repeat(100000)); process.exitCode = 3;`),
      process.env,
    );
    const told = await sink.send(alarmNotice('raised'));
    expect(told).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('exit code 3: no pager') as string,
    });
    expect(JSON.stringify(told).length).toBeLessThan(2500);
  });

  test('that is not there has not been told', async () => {
    const told = await commandSink(['/nowhere/pager'], process.env).send(alarmNotice('raised'));
    expect(told).toMatchObject({ kind: 'failed', reason: expect.stringContaining('ENOENT') as string });
  });

  test('that does not come to an end is ended, with what it has started', async () => {
    const sign = join(folder, 'survived');
    const sink = commandSink(
      program(
        'hang',
        `import { spawn } from 'node:child_process';
         const late = 'setTimeout(() => require("fs").writeFileSync(' + JSON.stringify(${JSON.stringify(sign)}) + ', ""), 1200)';
         spawn(process.execPath, ['-e', late], { stdio: 'ignore' });
         setInterval(() => undefined, 1000);`,
      ),
      process.env,
      { timeoutMs: 600 },
    );
    const told = await sink.send(alarmNotice('raised'));
    expect(told).toMatchObject({ kind: 'failed', reason: expect.stringContaining('was ended') as string });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(sign)).toBe(false);
  });

  test('that reads nothing of its input has been told all the same', async () => {
    expect(await commandSink(program('deaf', ''), process.env).send(alarmNotice('cleared'))).toEqual({
      kind: 'told',
    });
  });
});
