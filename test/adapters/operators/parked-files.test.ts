import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decideParked,
  listParked,
  retryParked,
  showParked,
  type ParkedFormat,
} from '../../../adapters/cli/parked.ts';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
/** INC0000001 is linked, and a program was attached to it, which is not sent. */
beforeAll(async () => {
  world = await openWorld('acme', { since: 'now' });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.settle(seconds(60));
  await world.sql(
    `INSERT INTO attachments (ticket_id, file_name, file_size, content, is_public, created_at)
     VALUES (1, 'setup.exe', 4, 'text', 1, :now)`,
  );
  await world.settle(minutes(3));
}, 120_000);
afterAll(() => world.close());

interface Ended {
  readonly exit: number;
  readonly said: string;
  readonly complaints: string;
}

/** The command in this process. */
async function run(
  work: (
    out: { write: (text: string) => unknown },
    options: Parameters<typeof showParked>[3],
  ) => Promise<number>,
  format: ParkedFormat = 'text',
): Promise<Ended> {
  let [said, complaints] = ['', ''];
  const environment = {
    ACME_BRIDGE_URL: 'http://127.0.0.1:1/acme/prod',
    ACME_BRIDGE_KEY: 'key',
    ACME_ITSM_DATABASE: world.connection,
  };
  const options = {
    environment,
    format,
    color: false,
    complaints: { write: (text: string) => (complaints += text) },
  };
  const exit = await work({ write: (text) => (said += text) }, options);
  return { exit, said, complaints };
}

const FOLDER = 'rules/acme';
const listed = (format: ParkedFormat = 'text'): Promise<Ended> =>
  run((out, options) => listParked(FOLDER, out, { ...options, all: false, dropped: false }), format);
const retried = (...tickets: readonly string[]): Promise<Ended> =>
  run((out, options) =>
    retryParked(FOLDER, { tickets, cause: null, all: false }, out, { ...options, by: 'pat' }),
  );

test('files that were given up are listed, tried again and let be', async () => {
  const { exit, said } = await listed();
  expect(exit).toBe(0);
  expect(said).toContain('rules/acme: no ticket is parked\n\n1 file given up\n');
  expect(said).toMatch(/upload-1 {2}setup\.exe of INC0000001, to the provider, since 2026-11-23 09:\d\d UTC/);
  expect(said).toMatch(/reason {3}programs \(\.exe\) are not taken there/);
  expect(said).toContain('bridgehead parked retry rules/acme upload-1');
  const document = JSON.parse((await listed('json')).said) as { readonly files: unknown };
  expect(document.files).toMatchObject([
    { id: 'upload-1', direction: 'out', clientNumber: 'INC0000001', name: 'setup.exe', until: null },
  ]);
  const shown = await run((out, options) => showParked(FOLDER, 'INC0000001', out, options));
  expect(shown.said).toContain('1 file given up');

  expect(await retried('upload-1')).toMatchObject({ exit: 0, said: 'upload-1: tried again\n' });
  expect((await listed()).said).not.toContain('given up');
  expect(await retried('upload-1', 'download-9')).toMatchObject({
    exit: 1,
    said:
      'upload-1: is not parked, or not given up: nothing was changed\n' +
      'download-9: is not parked, or not given up: nothing was changed\n',
  });

  // The rules are as they were, so it is refused again.
  await world.settle(minutes(2));
  const skipped = await run((out, options) =>
    decideParked('skip', FOLDER, 'upload-1', out, { ...options, by: 'pat', because: 'it is not needed' }),
  );
  expect(skipped).toMatchObject({ exit: 0, said: 'upload-1: skipped\n' });
  const decisions = (await world.journal()).filter(({ transaction }) => transaction === 'operator');
  expect(decisions.map(({ outcome, detail }) => [outcome, detail])).toEqual([
    ['retried', { by: 'pat', file: 'setup.exe' }],
    ['skipped', { by: 'pat', because: 'it is not needed', file: 'setup.exe' }],
  ]);
});
