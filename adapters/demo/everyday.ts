import type { Clock } from '../../engine/runtime/ports.ts';
import type { Narrator } from './narrator.ts';
import type { Cast, Deed } from './story.ts';

/** Between two deeds, in the demo's time: about five seconds of yours. */
const PAUSE_MS = 150_000;

const TITLES = [
  'Job PAYR030 runs late',
  'Route to branch 12 flaps',
  'LPAR-PROD1 paging is high',
  'VPN tunnel 4 is down',
];

/** People go on working, in turn, until the signal. */
export async function goOn(cast: Cast, narrator: Narrator, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let count = 1; !signal.aborted; count += 1) {
    const deed = everyday(count);
    narrator.say(`  * ${deed.by}: ${deed.says}`, 'deed');
    await deed.does(cast);
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** Each ticket is opened, commented by the provider, and resolved there. */
function everyday(count: number): Deed {
  const id = 1000 + Math.floor((count - 1) / 3);
  const number = `INC000${id}`;
  const title = TITLES[id % TITLES.length] ?? 'Something is wrong';
  switch (count % 3) {
    case 1:
      return {
        by: 'acme',
        says: `opens ${number}: "${title}"`,
        does: ({ staff }) =>
          staff.acme.write(
            `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, location_id, created_at, updated_at, deleted)
             VALUES (?, ?, 'incident', ?, 'Seen on the console.', 'New', 'P3', ?, 3, 2, :now, :now, 0)`,
            id,
            number,
            title,
            3 + (id % 2),
          ),
      };
    case 2:
      return {
        by: 'provider',
        says: `comments on ${number}`,
        does: ({ provider }) =>
          provider.act('acme', number, 'comment', {
            body: 'We are looking into it.',
            commenter: 'Provider Operations',
          }),
      };
    default:
      return {
        by: 'provider',
        says: `resolves ${number}`,
        does: ({ provider }) => provider.act('acme', number, 'resolve', { closeNotes: 'Back to normal.' }),
      };
  }
}
