import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChangeResult } from '../../adapters/simulator/change-desk.ts';
import type { DeskResult } from '../../adapters/simulator/provider-desk.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { isJsonObject, type Json } from '../../engine/domain/json.ts';
import type { TransactionType } from '../../engine/domain/message.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import type { BridgeAnswer } from '../../engine/wire/exchange.ts';
import { around, Killed } from '../support/failing-ports.ts';
import { isKill } from '../support/mortal-process.ts';
import { round, settled } from '../support/reference-story.ts';
import { openWorld, retryParked, type World } from '../support/world.ts';

/**
 * Every transaction of the queue, for every type of ticket, in four circumstances: as it should be; received again; read in
 * the wrong order, and again behind what came later; and with a process that is killed after any of its port calls. What
 * comes of it is the same each time.
 */
let acme: World;
let initech: World;

beforeAll(async () => {
  const adapt = (contract: Contract): Contract => ({
    ...contract,
    inbound: { ...contract.inbound, attachments: fromSimulator(contract.inbound.attachments) },
    changes: contract.changes && {
      ...contract.changes,
      attachments: fromSimulator(contract.changes.attachments),
    },
    itsm: {
      ...contract.itsm,
      changes: contract.itsm.changes.map((source) => ({ ...source, settleMs: 0, overlapMs: seconds(30) })),
    },
  });
  acme = await openWorld('acme', { since: 'now', adapt });
  initech = await openWorld('initech', { since: 'now', adapt });
});
afterAll(() => Promise.all([acme.close(), initech.close()]));

const fromSimulator = <Rules extends { readonly from: readonly string[] }>(
  rules: Rules | null,
): Rules | null => rules && { ...rules, from: ['*.provider.example'] };

/** One ticket, from before the transaction that is looked at until both sides have come to rest after it. */
interface Subject {
  readonly world: World;
  /** What has to be there before. */
  begin(): Promise<void>;
  /** The provider says it. */
  act(): Promise<void> | void;
  /** The provider's number. */
  number(): string;
  comment(body: string): void;
  /** Ours, once for each row that carries the provider's number or ever did. */
  ours(): Promise<readonly Ours[]>;
  theirNumberOfOurs(): string;
}

interface Ours {
  readonly number: string;
  readonly linked: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly comments: readonly string[];
  readonly files: readonly string[];
}

interface Case {
  readonly type: 'Incident' | 'Request' | 'Change';
  readonly transaction: TransactionType;
  readonly subject: () => Subject;
  /** Ours after it, the oldest first. */
  readonly expected: readonly Partial<Ours>[];
}

const done = <Result extends DeskResult | ChangeResult>(
  result: Result,
): Exclude<Result, { kind: 'impossible' }> => {
  if (result.kind === 'impossible') throw new Error(result.reason);
  return result as Exclude<Result, { kind: 'impossible' }>;
};

/** The column `text` of the rows that belong to one row. */
const textsOf =
  (world: World) =>
  async (query: string, row: Record<string, unknown>): Promise<readonly string[]> =>
    (await world.sql(query, Number(row.id))).map(({ text }) => String(text));

let subjects = 0;

/** A ticket that the provider opened, or for `ReturnEnsonoNum` one of ours whose create lost its answer. */
function ticketSubject(type: 'Incident' | 'Request', transaction: TransactionType): Subject {
  const { desk, provider, tenant } = acme;
  const sql: World['sql'] = (...given) => acme.sql(...given);
  const texts = textsOf(acme);
  const title = `Subject ${String((subjects += 1)).padStart(5, '0')}`;
  let theirs = '';
  const open = (): void => {
    const { ticket } = done(
      desk.open({ ticketType: type, shortDescription: title, group: 'Ensono Mainframe' }),
    );
    theirs = ticket.ticketNumber;
  };
  const acts: { readonly [transaction in TransactionType]?: () => Promise<void> | void } = {
    Create: open,
    Update: () => void done(desk.update(theirs, { priority: '1', status: 'workinprogress' })),
    Notes: () => void done(desk.comment(theirs, { body: 'The note' })),
    Closure: () => void done(desk.resolve(theirs, { closeNotes: 'Mended' })),
    Attachment: () => void done(desk.attach(theirs, { name: 'a.txt', type: 'text/plain', text: 'bytes' })),
    ReturnEnsonoNum: async () => {
      provider.faults.add([{ kind: 'drop-answer', match: { path: '/acme/prod/tickets' }, times: 1 }]);
      await sql(
        `INSERT INTO tickets (number, kind, title, description, status, priority, approval, group_id, caller_id, ci_id, created_at, updated_at, deleted)
         VALUES (?, ?, ?, 'Text', 'New', 'P2', 'approved', 3, 3, 1, :now, :now, 0)`,
        title,
        type.toLowerCase(),
        title,
      );
      await round(acme.runtime);
      provider.faults.clear();
      theirs =
        tenant.tickets().find(({ shortDescription }) => shortDescription === title)?.ticketNumber ?? '';
    },
  };
  return {
    world: acme,
    begin: async () => {
      if (transaction === 'Create' || transaction === 'ReturnEnsonoNum') return;
      open();
      await settled(acme, acme.runtime);
    },
    act: () => (acts[transaction] ?? unknownAct)(),
    number: () => theirs,
    comment: (body) => void done(desk.comment(theirs, { body })),
    ours: async () => {
      const rows = await sql(`SELECT * FROM tickets WHERE title = ? ORDER BY id`, title);
      return Promise.all(
        rows.map(async (row) => ({
          number: String(row.number),
          linked: row.vendor_ref === theirs,
          fields: {
            kind: row.kind,
            status: row.status,
            priority: row.priority,
            resolution: row.resolution === '' ? null : row.resolution,
          },
          comments: await texts('SELECT body AS text FROM comments WHERE ticket_id = ? ORDER BY id', row),
          files: await texts(
            'SELECT file_name AS text FROM attachments WHERE ticket_id = ? ORDER BY id',
            row,
          ),
        })),
      );
    },
    theirNumberOfOurs: () => tenant.ticket(theirs)?.clientTicketNumber ?? '',
  };
}

/** A Normal change of the provider's; but for `Create` it is assessed, and ours is there. */
function changeSubject(transaction: TransactionType): Subject {
  const { changes, tenant } = initech;
  const sql: World['sql'] = (...given) => initech.sql(...given);
  const texts = textsOf(initech);
  const title = `Subject ${String((subjects += 1)).padStart(5, '0')}`;
  let theirs = '';
  const assess = (): void => void done(changes.update(theirs, { state: 'Assess' }));
  const acts: { readonly [transaction in TransactionType]?: () => void } = {
    Create: assess,
    Update: () => void done(changes.update(theirs, { state: 'Scheduled', risk: 'High' })),
    Notes: () => void done(changes.comment(theirs, { body: 'The note' })),
    Closure: () => void done(changes.close(theirs, { closeCode: 'Successful' })),
    Attachment: () => void done(changes.attach(theirs, { name: 'a.txt', type: 'text/plain', text: 'bytes' })),
    'Approval Request': () =>
      void done(changes.requestApproval(theirs, { approverEmail: 'payroll-owner@initech.example' })),
    Redraft: () => void done(changes.redraft(theirs)),
  };
  return {
    world: initech,
    begin: async () => {
      theirs = done(changes.draft({ type: 'Normal', shortDescription: title })).change.ticketNumber;
      if (transaction !== 'Create') assess();
      await settled(initech, initech.runtime);
    },
    act: () => (acts[transaction] ?? unknownAct)(),
    number: () => theirs,
    comment: (body) => void done(changes.comment(theirs, { body })),
    ours: async () => {
      const rows = await sql(`SELECT * FROM change_order WHERE title = ? ORDER BY id`, title);
      return Promise.all(
        rows.map(async (row) => ({
          number: String(row.number),
          linked: row.vendor_ref === theirs,
          fields: {
            phase: row.phase,
            outcome: row.outcome,
            risk: row.risk,
            approvals: await texts('SELECT asked_of AS text FROM change_approval WHERE change_id = ?', row),
          },
          comments: await texts('SELECT body AS text FROM change_note WHERE change_id = ? ORDER BY id', row),
          files: await texts(
            'SELECT file_name AS text FROM change_file WHERE change_id = ? ORDER BY id',
            row,
          ),
        })),
      );
    },
    theirNumberOfOurs: () => tenant.change(theirs)?.clientTicketNumber ?? '',
  };
}

const unknownAct = (): never => {
  throw new Error('no such act');
};

const ticketCases = (['Incident', 'Request'] as const).flatMap((type): readonly Case[] => {
  const opened = { kind: type.toLowerCase(), status: 'New', priority: 'P3', resolution: null };
  const rows: readonly (readonly [TransactionType, Partial<Ours>])[] = [
    ['Create', { fields: opened }],
    ['Update', { fields: { ...opened, status: 'In Progress', priority: 'P1' } }],
    ['Notes', { fields: opened, comments: ['The note'] }],
    ['Closure', { fields: { ...opened, status: 'Resolved', resolution: 'Mended' } }],
    ['Attachment', { fields: opened, files: ['a.txt'] }],
    ['ReturnEnsonoNum', { fields: { ...opened, priority: 'P2' } }],
  ];
  return rows.map(([transaction, expected]) => ({
    type,
    transaction,
    subject: () => ticketSubject(type, transaction),
    expected: [expected],
  }));
});

const assessed = { phase: 'Assessment', outcome: 'pending', risk: 'Moderate', approvals: [] };
const changeCases = (
  [
    ['Create', { fields: assessed }],
    ['Update', { fields: { ...assessed, phase: 'Planned', risk: 'High' } }],
    ['Notes', { fields: assessed, comments: ['The note'] }],
    ['Closure', { fields: { ...assessed, phase: 'Closed', outcome: 'success' } }],
    ['Attachment', { fields: assessed, files: ['a.txt'] }],
    ['Approval Request', { fields: { ...assessed, approvals: ['payroll-owner@initech.example'] } }],
    ['Redraft', { fields: { ...assessed, phase: 'Cancelled', outcome: 'withdrawn' } }],
  ] as readonly (readonly [TransactionType, Partial<Ours>])[]
).map(([transaction, expected]): Case => ({
  type: 'Change',
  transaction,
  subject: () => changeSubject(transaction),
  expected: [expected],
}));

const NOTHING_ELSE = { linked: true, comments: [], files: [] };

const cases = [...ticketCases, ...changeCases].map(
  (one) => [`${one.transaction} of ${one.type}`, one] as const,
);

describe.each(cases)('%s', (_, { transaction, subject, expected }) => {
  /** Both sides as they have to be, `before` being the comments that came with it. */
  async function agreed(it: Subject, comments: 'without' | 'before' | 'after'): Promise<void> {
    const beside = comments === 'without' ? [] : ['Beside it'];
    const wanted = expected.map((one) => {
      const own = one.comments ?? [];
      return {
        ...NOTHING_ELSE,
        ...one,
        comments: comments === 'before' ? [...beside, ...own] : [...own, ...beside],
        number: expect.any(String) as string,
      };
    });
    const ours = await it.ours();
    expect(ours).toEqual(wanted);
    expect(it.theirNumberOfOurs()).toBe(ours[0]?.number);
    expect(it.world.tenant.queue.state().messages).toEqual([]);
  }

  async function rest(it: Subject, runtime: Runtime = it.world.runtime): Promise<void> {
    await it.world.clock.advance(seconds(1));
    await settled(it.world, runtime);
  }

  test('[one-create] [notes-once] [no-echo] as it should be', async () => {
    const it = subject();
    await it.begin();
    await it.act();
    const sent = it.world.provider.requests().length;
    await rest(it);
    await agreed(it, 'without');
    const journal = await it.world.journal(it.number());
    expect(
      journal.filter((line) => line.transaction === transaction && line.outcome === 'applied'),
    ).not.toEqual([]);
    const calls = it.world.provider
      .requests()
      .slice(sent)
      .flatMap(({ call }) => (call === null || call === 'receive' || call === 'delete' ? [] : [call]));
    expect(calls).toEqual(transaction === 'Create' ? ['return-number'] : []);
  });

  test('[one-create] [notes-once] received again, by the queue and sent anew', async () => {
    const it = subject();
    await it.begin();
    await it.act();
    const { queue } = it.world.tenant;
    const id = queue.state().messages.find(({ group }) => group === it.number())?.id ?? '';
    expect(queue.duplicate(id, 'queue')).not.toBeNull();
    await rest(it);
    await agreed(it, 'without');
    expect(queue.duplicate(id, 'queue')).not.toBeNull();
    await rest(it);
    // A file has no id: sent anew, it is another file.
    if (transaction === 'Attachment') return;
    expect(queue.duplicate(id, 'sender')).not.toBeNull();
    await rest(it);
    await agreed(it, 'without');
  });

  test('[lane-order] read in the wrong order, and again behind what came later', async () => {
    const it = subject();
    await it.begin();
    const isFirst = transaction === 'Create' || transaction === 'ReturnEnsonoNum';
    if (!isFirst) it.comment('Beside it');
    await it.act();
    if (isFirst) it.comment('Beside it');
    it.world.provider.faults.add([
      { kind: 'drop-request', match: { method: 'DELETE' }, how: 'reset', times: 2 },
    ]);
    await rest(
      it,
      it.world.through((bridge) => ({ send: async (request) => backwards(await bridge.send(request)) })),
    );
    it.world.provider.faults.clear();
    await agreed(it, isFirst ? 'after' : 'before');
    const applied = (await it.world.journal(it.number()))
      .filter(({ direction, outcome }) => direction === 'in' && outcome === 'applied')
      .map((line) => line.transaction)
      .filter((name) => name === transaction || name === 'Notes');
    expect([...new Set(applied)]).toEqual([
      ...new Set(isFirst ? [transaction, 'Notes'] : ['Notes', transaction]),
    ]);
  });

  test('[one-create] [notes-once] [convergence] with a process that is killed after any of its port calls', async () => {
    let kills = 0;
    for (let killAfter = 1; ; killAfter += 1) {
      const it = subject();
      await it.begin();
      await it.act();
      const died = await untilKilled((isOver) => {
        const ifAlive = (): void => {
          if (isOver()) throw new Killed();
        };
        const after = (count: number): void => {
          if (count >= killAfter) isOver(true);
          ifAlive();
        };
        return rest(it, around(it.world.runtime, { before: ifAlive, after }));
      });
      if (!died) break;
      kills += 1;
      await retryParked(it.world.runtime);
      await rest(it);
      await agreed(it, 'without');
    }
    expect(kills).toBeGreaterThan(3);
  });
});

/** The same answer, the messages of each read from the last to the first. */
const backwards = (answer: BridgeAnswer): BridgeAnswer =>
  answer.kind === 'answer' ? { ...answer, body: turned(answer.body) } : answer;

function turned(body: Json): Json {
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      name === 'messages' && Array.isArray(value) ? value.toReversed() : turned(value),
    ]),
  );
}

/** Whether the process was killed before it had done all. From then on `isOver()` holds, and no call of it has an effect. */
async function untilKilled(work: (isOver: (now?: true) => boolean) => Promise<void>): Promise<boolean> {
  const process = { isDead: false };
  const isOver = (now?: true): boolean => (process.isDead ||= now === true);
  try {
    await work(isOver);
  } catch (error) {
    if (!isKill(error)) throw error;
  }
  return process.isDead;
}
