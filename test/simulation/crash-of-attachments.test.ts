import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsWithEffect, MortalProcess, type CountedCall, type Seen } from '../support/mortal-process.ts';
import { openStoryWorld, settled } from '../support/reference-story.ts';
import type { World } from '../support/world.ts';

let world: World;
let calls: readonly CountedCall[] = [];
let stories = 0;

beforeAll(async () => {
  world = await openStoryWorld();
  calls = await callsWithEffect(world, (seen) => tell(Infinity, seen));
});
afterAll(() => world.close());

/**
 * A ticket with two files and a program, resolved in the same moment as they are attached. From there on the process is killed
 * after its `killAfter`-th port call; another one goes on.
 */
async function tell(killAfter: number, seen?: Seen): Promise<string> {
  stories += 1;
  const id = 1000 + stories;
  const number = `INC${String(id).padStart(7, '0')}`;
  await world.sql(
    `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
     VALUES (?, ?, 'incident', 'It broke', 'Since noon.', 'New', 'P2', 3, 3, :now, :now, 0)`,
    id,
    number,
  );
  await settled(world, world.runtime);
  for (const [name, content] of [
    ['one.txt', 'one'],
    ['two.txt', 'two and more'],
    ['three.exe', 'never'],
  ])
    await world.sql(
      `INSERT INTO attachments (ticket_id, file_name, file_size, content, is_public, created_at)
       VALUES (?, ?, ?, CAST(? AS BLOB), 1, :now)`,
      id,
      name ?? '',
      content?.length ?? 0,
      content ?? '',
    );
  await world.sql(
    `UPDATE tickets SET status = 'Resolved', resolution = 'Done.', updated_at = :now WHERE id = ?`,
    id,
  );
  const process = new MortalProcess(world, killAfter, seen);
  await process.does((runtime) => settled(world, runtime));
  return number;
}

/** In what the two sides are not as they should be at the end. */
async function faults(number: string): Promise<readonly string[]> {
  const found: string[] = [];
  const theirs = world.tenant
    .tickets()
    .filter((one) => one.clientTicketNumber === number && one.status !== 'cancelled');
  const [ticket] = theirs;
  if (ticket === undefined || theirs.length > 1) return [`${theirs.length} tickets there`];
  if (ticket.status !== 'resolved') found.push(`theirs is ${ticket.status}`);
  const files = world.tenant.files
    .of(ticket.ticketNumber)
    .map(({ name, size }) => `${name} ${size}`)
    .sort();
  if (files.join() !== 'one.txt 3,two.txt 12') found.push(`files there: ${files.join()}`);
  const said = await world.sql(
    `SELECT body FROM comments WHERE body LIKE 'The attachment%' AND ticket_id = (SELECT id FROM tickets WHERE number = ?)`,
    number,
  );
  if (said.length !== 1) found.push(`${said.length} comments on the program`);
  if (ticket.comments.length > 0) found.push(`comments there: ${ticket.comments.length}`);
  const { id, parked, state } = await world.lane(number);
  if (parked !== null) found.push(`parked: ${parked.reason}`);
  if (state.intent !== null) found.push(`intent left over: ${state.intent.kind}`);
  const uploads = await world.database.transaction(({ store }) => store.uploads(id));
  const phases = uploads.map(({ phase }) => phase).join();
  if (phases !== 'sent,sent,given-up') found.push(`uploads: ${phases}`);
  const puts = world.provider
    .requests()
    .filter(({ ticketNumber, path }) => ticketNumber === ticket.ticketNumber && path.startsWith('/_store/'));
  if (puts.length > 3) found.push(`${puts.length} puts`);
  return found;
}

test('the story of two files and a program ends well when nobody kills the process', async () => {
  expect(await faults(await tell(Infinity))).toEqual([]);
  expect(new Set(calls.map(({ call }) => call.replace(/e-CS\d+/, 'n')))).toEqual(
    new Set([
      'transaction',
      'GET queue',
      'PUT tickets/n',
      'GET tickets/n/attachments/one.txt',
      'GET tickets/n/attachments/two.txt',
      'read file',
      'PUT file',
    ]),
  );
});

test('[files-once] [closed-is-closed] [no-echo] killed after any port call, it ends in the same', async () => {
  const found: string[] = [];
  for (const { count, call } of calls)
    for (const fault of await faults(await tell(count)))
      found.push(`killed after call ${count} (${call}): ${fault}`);
  expect(found).toEqual([]);
});
