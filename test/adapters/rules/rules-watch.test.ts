import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import {
  RULES_LOOK_MS,
  RulesWatch,
  type NoticedRules,
  type RulesLook,
} from '../../../adapters/rules/rules-watch.ts';

const BEGUN = Date.parse('2026-11-23T09:00:00Z');

const found = (hash: string): RulesLook => ({
  kind: 'read',
  hash,
  source: { files: new Map([['r/contract.yaml', hash]]), main: 'r/contract.yaml' },
});
const GONE: RulesLook = {
  kind: 'failed',
  diagnostic: {
    code: 'BH001',
    severity: 'error',
    place: { file: 'r/contract.yaml', line: 1, column: 1 },
    length: 1,
    message: 'There is no file r/contract.yaml.',
    hint: null,
  },
};

/** A watch over files that begin as `A`; `noticed` gathers what it hands out, with the time since the beginning. */
function watching() {
  const clock = new VirtualClock(BEGUN);
  const log = collectedLog();
  const files = { now: found('A') };
  const stop = new AbortController();
  const watch = new RulesWatch(async () => files.now, 'A', clock, log);
  const noticed: string[] = [];
  const take = async (): Promise<void> => {
    for (let next: NoticedRules | null; (next = await watch.next(stop.signal)) !== null;) {
      noticed.push(`${next.hash}${next.asked ? ' asked' : ''} ${clock.now() - BEGUN}`);
    }
  };
  const over = take();
  /** The files are so for the next look. */
  const look = async (is: RulesLook): Promise<void> => {
    files.now = is;
    await clock.advance(RULES_LOOK_MS);
  };
  return { clock, log, files, stop, watch, noticed, over, look };
}

describe('changed rules', () => {
  test('are noticed once, when two looks in a row found the same', async () => {
    const { look, noticed } = watching();
    await look(found('A'));
    await look(found('B'));
    expect(noticed).toEqual([]);
    await look(found('B'));
    expect(noticed).toEqual([`B ${3 * RULES_LOOK_MS}`]);
    for (let looks = 0; looks < 5; looks += 1) await look(found('B'));
    expect(noticed).toHaveLength(1);
  });

  test('that are half written are passed over, as long as every look finds something else', async () => {
    const { look, noticed } = watching();
    for (const hash of ['B1', 'B12', 'B123']) await look(found(hash));
    expect(noticed).toEqual([]);
    await look(found('B123'));
    expect(noticed).toEqual([`B123 ${4 * RULES_LOOK_MS}`]);
  });

  test('that come and go between two looks are none; taken back after they were noticed, they are new again', async () => {
    const { look, noticed } = watching();
    await look(found('B'));
    await look(found('A'));
    await look(found('A'));
    expect(noticed).toEqual([]);
    for (const hash of ['B', 'B', 'A', 'A']) await look(found(hash));
    expect(noticed.map((one) => one.split(' ')[0])).toEqual(['B', 'A']);
  });

  test('that are asked for are taken at once, also if nothing has changed', async () => {
    const { clock, files, watch, noticed } = watching();
    files.now = found('B');
    watch.ask();
    await clock.advance(1);
    watch.ask();
    await clock.advance(1);
    expect(noticed).toEqual(['B asked 0', 'B asked 1']);
  });

  test('that could not be used for want of something else are noticed again', async () => {
    const { look, watch, noticed } = watching();
    await look(found('B'));
    await look(found('B'));
    watch.again();
    await look(found('B'));
    await look(found('B'));
    expect(noticed).toEqual([`B ${2 * RULES_LOOK_MS}`, `B ${4 * RULES_LOOK_MS}`]);
  });
});

describe('files that cannot be read', () => {
  test('for a moment are no event', async () => {
    const { look, noticed, log } = watching();
    await look(GONE);
    await look(found('A'));
    await look(found('A'));
    expect(noticed).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  test('for longer are said once, with code and place, and once more when they are back; what changed is then taken', async () => {
    const { look, noticed, log } = watching();
    for (let looks = 0; looks < 5; looks += 1) await look(GONE);
    expect(log.lines).toMatchObject([
      { level: 'error', step: 'rules not taken', fields: { code: 'BH001', place: 'r/contract.yaml:1:1' } },
    ]);
    for (const hash of ['B', 'B', 'B']) await look(found(hash));
    expect(log.lines.slice(1)).toMatchObject([{ level: 'info', step: 'rules can be read again' }]);
    expect(noticed).toEqual([`B ${7 * RULES_LOOK_MS}`]);
  });
});

test('the watch ends with its signal, in the middle of the pause', async () => {
  const { clock, stop, over, noticed } = watching();
  await clock.advance(1);
  stop.abort();
  await over;
  expect(noticed).toEqual([]);
});
