import type { AlarmTicket, FilesStanding, Standings, StandingSearch } from '../../../engine/domain/alarm.ts';
import type { Download } from '../../../engine/domain/download.ts';
import type { GivenUpFile } from '../../../engine/domain/given-up-file.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Upload } from '../../../engine/domain/upload.ts';
import { fileWords, latestOf, together } from '../store/files-standing.ts';
import type { Lanes } from './lanes.ts';
import { standings } from './standing.ts';

/** Files either way that wait, and that were given up. */
export class FilesStandings {
  readonly #lanes: Lanes;
  readonly #downloads: () => readonly Download[];
  readonly #uploads: () => readonly Upload[];

  constructor(lanes: Lanes, downloads: () => readonly Download[], uploads: () => readonly Upload[]) {
    this.#lanes = lanes;
    this.#downloads = downloads;
    this.#uploads = uploads;
  }

  at({ expiringBefore, givenUpSince }: StandingSearch): FilesStanding {
    const waiting = this.#downloads().filter(({ givenUpAt }) => givenUpAt === null);
    const since = ({ givenUpAt }: Pick<Upload, 'givenUpAt'>): boolean =>
      givenUpAt !== null && givenUpAt >= givenUpSince;
    return {
      downloads: this.#incoming(waiting, ({ createdAt }) => createdAt),
      uploads: this.#outgoing(
        this.#uploads().filter(({ phase }) => phase === 'waiting'),
        ({ begunAt }) => begunAt,
      ),
      expiring: this.#incoming(
        waiting.filter(({ reason, expiresAt }) => reason !== null && expiresAt < expiringBefore),
        ({ createdAt }) => createdAt,
      ),
      givenUp: together([
        this.#incoming(this.#downloads().filter(since), ({ givenUpAt }) => givenUpAt),
        this.#outgoing(this.#uploads().filter(since), ({ givenUpAt }) => givenUpAt),
      ]),
    };
  }

  givenUp(now: Instant): readonly GivenUpFile[] {
    return latestOf([
      ...this.#downloads().flatMap(
        ({ id, laneId, request, reason, givenUpAt, expiresAt }): readonly GivenUpFile[] =>
          givenUpAt === null || expiresAt <= now
            ? []
            : [
                {
                  kind: 'download',
                  id,
                  laneId,
                  name: request.name,
                  at: givenUpAt,
                  reason: reason ?? '',
                  until: expiresAt,
                },
              ],
      ),
      ...this.#uploads().flatMap(({ id, laneId, name, reason, givenUpAt }): readonly GivenUpFile[] =>
        givenUpAt === null
          ? []
          : [{ kind: 'upload', id, laneId, name, at: givenUpAt, reason: reason ?? '', until: null }],
      ),
    ]);
  }

  #incoming(files: readonly Download[], since: (file: Download) => Instant | null): Standings {
    return standings(
      files.flatMap((file) =>
        this.#ticket(file.laneId, since(file), fileWords(file.request.name, file.reason)),
      ),
    );
  }

  #outgoing(files: readonly Upload[], since: (file: Upload) => Instant | null): Standings {
    return standings(
      files.flatMap((file) => this.#ticket(file.laneId, since(file), fileWords(file.name, file.reason))),
    );
  }

  #ticket(laneId: number, since: Instant | null, reason: string): readonly AlarmTicket[] {
    const lane = this.#lanes.get(laneId);
    if (since === null || lane === null) return [];
    return [{ clientNumber: lane.clientNumber, providerTicket: lane.providerTicket, since, reason }];
  }
}
