import { seconds } from '../../../engine/domain/instant.ts';
import { isWrite, type Oracle } from '../evidence.ts';
import type { Call } from '../history.ts';

/** As the provider asks for it: an oracle that read it from the engine would follow it into its mistakes. */
const PATIENCE_MS_MIN = seconds(60);

/** Nothing ambiguous is resent sooner than 60 s after the last send. */
export const patience: Oracle = {
  name: 'patience',
  check: (evidence) =>
    evidence.all.flatMap(({ number }) => {
      const calls = evidence.callsOf(number).filter(isWrite);
      return calls.flatMap((call, index) => {
        const earlier = calls.slice(0, index).findLast((one) => isSameKind(one, call));
        if (earlier === undefined || evidence.endOf(earlier) !== 'ambiguous') return [];
        const ms = call.at - earlier.at;
        return ms >= PATIENCE_MS_MIN
          ? []
          : [
              {
                tickets: [number],
                words: `${call.request.method} ${call.request.path} is sent again after ${ms} ms, and the answer before was missing`,
              },
            ];
      });
    }),
};

const isSameKind = (one: Call, other: Call): boolean =>
  one.kind === other.kind && one.providerTicket === other.providerTicket;
