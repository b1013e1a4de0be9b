import type { Knex } from 'knex';
import type { AlarmTicket, FilesStanding, Standings, StandingSearch } from '../../../engine/domain/alarm.ts';
import type { GivenUpFile } from '../../../engine/domain/given-up-file.ts';
import { ALARM_TICKETS_MAX, GIVEN_UP_SHOWN_MAX } from '../../../engine/domain/limits.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { Scope } from './scope.ts';

/** One file on its way, or given up, with its ticket. */
interface FileRow {
  readonly id: number;
  readonly lane_id: number;
  readonly name: string | null;
  readonly request: string | null;
  readonly since: number;
  readonly until: number | null;
  readonly reason: string | null;
  readonly client_number: string | null;
  readonly provider_ticket: string | null;
}

export interface FilesStandingStore extends Pick<Store, 'givenUpFiles'> {
  filesStanding(search: StandingSearch): Promise<FilesStanding>;
}

/** Files either way that wait, and that were given up. */
export function filesStandingStore({ knex, tables, contract }: Scope): FilesStandingStore {
  const of = (table: string): Knex.QueryBuilder =>
    knex(`${table} as file`)
      .join(`${tables.lanes} as lanes`, 'lanes.id', 'file.lane_id')
      .where({ 'file.contract': contract });
  const downloads = (): Knex.QueryBuilder => of(tables.downloads);
  const uploads = (): Knex.QueryBuilder => of(tables.uploads);
  const TICKET = ['file.id', 'file.lane_id', 'file.reason', 'lanes.client_number', 'lanes.provider_ticket'];
  const read = async (
    query: Knex.QueryBuilder,
    kind: GivenUpFile['kind'],
    since: string,
    limit: number,
    order: 'asc' | 'desc' = 'asc',
  ): Promise<readonly FileRow[]> => {
    const own =
      kind === 'upload' ? { name: 'file.name' } : { request: 'file.request', until: 'file.expires_at' };
    const rows: readonly Partial<FileRow>[] = await query
      .orderBy([
        { column: since, order },
        { column: 'file.id', order },
      ])
      .limit(limit)
      .select(...TICKET, { since, ...own });
    return rows.map((row) => ({ name: null, request: null, until: null, ...row }) as FileRow);
  };
  const standings = async (
    query: () => Knex.QueryBuilder,
    kind: GivenUpFile['kind'],
    since: string,
  ): Promise<Standings> => {
    const row = (await query().count({ n: '*' }).min({ oldest: since }).first()) as
      { readonly n: number | string; readonly oldest: number | string | null } | undefined;
    const oldest = row?.oldest ?? null;
    const first = await read(query(), kind, since, ALARM_TICKETS_MAX);
    return {
      count: Number(row?.n ?? 0),
      oldestAt: oldest === null ? null : Number(oldest),
      oldest: first.map(ticketOf),
    };
  };
  const AT = 'file.given_up_at';

  return {
    async filesStanding({ expiringBefore, givenUpSince }) {
      const waitingIn = (): Knex.QueryBuilder => downloads().whereNull(AT);
      const expiring = (): Knex.QueryBuilder =>
        waitingIn().whereNotNull('file.reason').where('file.expires_at', '<', expiringBefore);
      const [inward, outward] = [downloads, uploads].map(
        (query) => () => query().where(AT, '>=', givenUpSince),
      );
      if (inward === undefined || outward === undefined) throw new Error('there are two directions');
      return {
        downloads: await standings(waitingIn, 'download', 'file.created_at'),
        uploads: await standings(
          () => uploads().where({ 'file.phase': 'waiting' }).whereNotNull('file.begun_at'),
          'upload',
          'file.begun_at',
        ),
        expiring: await standings(expiring, 'download', 'file.created_at'),
        givenUp: together([await standings(inward, 'download', AT), await standings(outward, 'upload', AT)]),
      };
    },

    async givenUpFiles(now) {
      const inward = downloads().whereNotNull(AT).where('file.expires_at', '>', now);
      const found = [
        ...(await read(inward, 'download', AT, GIVEN_UP_SHOWN_MAX, 'desc')).map(fileOf('download')),
        ...(await read(uploads().whereNotNull(AT), 'upload', AT, GIVEN_UP_SHOWN_MAX, 'desc')).map(
          fileOf('upload'),
        ),
      ];
      return latestOf(found);
    },
  };
}

/** GIVEN_UP_SHOWN_MAX of them, the oldest first. */
export const latestOf = (files: readonly GivenUpFile[]): readonly GivenUpFile[] =>
  [...files]
    .sort((one, other) => one.at - other.at || one.kind.localeCompare(other.kind) || one.id - other.id)
    .slice(-GIVEN_UP_SHOWN_MAX);

/** Of several kinds of them. */
export const together = (all: readonly Standings[]): Standings => {
  const dates = all.map(({ oldestAt }) => oldestAt).filter((at) => at !== null);
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    oldestAt: dates.length === 0 ? null : Math.min(...dates),
    oldest: all
      .flatMap(({ oldest }) => oldest)
      .sort((one, other) => one.since - other.since)
      .slice(0, ALARM_TICKETS_MAX),
  };
};

const nameOf = ({ name, request }: FileRow): string =>
  name ?? (JSON.parse(request ?? '{}') as { readonly name?: string }).name ?? '';

const ticketOf = (row: FileRow): AlarmTicket => ({
  clientNumber: row.client_number,
  providerTicket: row.provider_ticket,
  since: row.since,
  reason: fileWords(nameOf(row), row.reason),
});

/** `report.pdf: its server answered 503` */
export const fileWords = (name: string, reason: string | null): string =>
  reason === null ? name : `${name}: ${reason}`;

const fileOf =
  (kind: GivenUpFile['kind']) =>
  (row: FileRow): GivenUpFile => ({
    kind,
    id: row.id,
    laneId: row.lane_id,
    name: nameOf(row),
    at: row.since,
    reason: row.reason ?? '',
    until: row.until,
  });
