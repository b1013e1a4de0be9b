import { setTimeout as wait } from 'node:timers/promises';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Instance } from '../../engine/domain/instance.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { LEASE_BEAT_MS } from '../../engine/domain/limits.ts';
import { groupCauses } from '../operators/group-causes.ts';
import { plural, sinceText } from '../operators/list-text.ts';
import { whatHelps } from '../operators/what-helps.ts';
import { fail, ok, warn, type Check } from './check.ts';
import { readEngine, type ReadEngine } from './read-engine.ts';

/** A beat and a good part of another: who has not moved by then is not at work. */
const WATCHED_MS = LEASE_BEAT_MS * 1.5;

interface Work {
  readonly instances: readonly Instance[];
  readonly owner: string | null;
  readonly lastPollAt: Instant | null;
}

/** Who is at work and polls, what alarms are up, and what stands still or waits. */
export async function checkWork(
  contract: Contract,
  folder: string,
  connection: string,
): Promise<readonly Check[]> {
  const now = Date.now();
  const { before, rest } = await readEngine(contract, connection, async (engine) => ({
    before: await workOf(engine, contract),
    rest: [...(await alarmChecks(engine, now)), ...(await standingChecks(engine, folder, now))],
  }));
  if (before.instances.length > 0) await wait(WATCHED_MS);
  const after =
    before.instances.length === 0
      ? before
      : await readEngine(contract, connection, (engine) => workOf(engine, contract));
  return [...workChecks(before, after, folder, now), ...rest];
}

async function workOf({ database, store }: ReadEngine, { name, itsm }: Contract): Promise<Work> {
  const { knex, kind } = database;
  const table = kind === 'mysql' ? `${itsm.database.engineSchema}.bh_duty` : 'bh_duty';
  const duty: { readonly owner: string | null; readonly last_poll_at: Instant | null } | undefined =
    await knex(table).where({ contract: name }).first('owner', 'last_poll_at');
  return {
    instances: await store.instances(),
    owner: duty?.owner ?? null,
    lastPollAt: duty?.last_poll_at ?? null,
  };
}

function workChecks(before: Work, after: Work, folder: string, now: Instant): readonly Check[] {
  const beats = new Map(before.instances.map(({ id, beat }) => [id, beat]));
  const alive = after.instances.filter(({ id, beat }) => beats.get(id) !== beat);
  const silent = after.instances.filter(({ id, beat }) => beats.get(id) === beat);
  const polled =
    after.lastPollAt === null ? 'never polled' : `last polled ${sinceText(after.lastPollAt, now)}`;
  const checks: Check[] = [];
  if (alive.length === 0)
    checks.push(warn('engine', `none is at work for this contract; ${polled}`, `bridgehead run ${folder}`));
  for (const { id, place, startedAt } of alive) {
    const duty = after.owner === id ? `polls (${polled})` : 'stands by';
    checks.push(ok('engine', `${place} is at work since ${sinceText(startedAt, now)}, ${duty}`));
  }
  for (const { place } of silent)
    checks.push(
      warn(
        'engine',
        `${place} is enlisted and gives no sign of life`,
        'others take over within 12 s; without others its row is left of a process that died',
      ),
    );
  return checks;
}

async function alarmChecks({ store }: ReadEngine, now: Instant): Promise<readonly Check[]> {
  const up = (await store.alarms()).filter(({ clearedAt }) => clearedAt === null);
  if (up.length === 0) return [ok('alarms', 'none is up')];
  return up.map(({ finding, raisedAt }) =>
    warn(
      'alarms',
      `${finding.kind} since ${sinceText(raisedAt, now)}: ${finding.summary}`,
      'docs/operations.md, "Alarms"',
    ),
  );
}

async function standingChecks(
  { store }: ReadEngine,
  folder: string,
  now: Instant,
): Promise<readonly Check[]> {
  const { parked, messagesWaiting, ambiguous } = await store.backlog();
  const causes = groupCauses(parked);
  return [
    ...(causes.length === 0 ? [ok('parked', 'no ticket stands still')] : []),
    ...causes.map(({ code, rule, reason, tickets }) =>
      fail(
        'parked',
        `${plural(tickets.length, 'ticket')}, ${code}: ${reason}${rule === null ? '' : ` [${rule}]`}`,
        `${whatHelps(code)}; bridgehead parked ${folder}`,
      ),
    ),
    ok(
      'waiting',
      `${plural(messagesWaiting, 'message')} in the inbox, ${plural(ambiguous, 'call')} without an answer (as of ${new Date(now).toISOString().slice(11, 16)} UTC)`,
    ),
  ];
}
