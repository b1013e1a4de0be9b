// A process of its own, for transactions.test.ts: counts in a lane and in a ticket beside the others.
import { openDatabase } from '../../../adapters/database/open-database.ts';
import { acmeItsm } from '../../support/sample-itsm.ts';

const [connection = '', engineSchema = '', laneId = '', rounds = ''] = process.argv.slice(2);

const database = openDatabase({
  contract: 'acme',
  itsm: { ...acmeItsm, database: { ...acmeItsm.database, engineSchema } },
  connection,
  jitter: Math.random,
});

for (let round = 0; round < Number(rounds); round += 1)
  await database.transaction(async ({ store, itsm }) => {
    const lane = await store.lane(Number(laneId), true);
    const ticket = await itsm.ticket('1', true);
    if (lane === null || ticket === null) throw new Error('there is nothing to count in');
    await itsm.updateTicket(
      '1',
      { resolution: String(Number(ticket.fields.resolution ?? 0) + 1) },
      Date.now(),
    );
    await store.saveLane({ ...lane, state: { ...lane.state, attempts: lane.state.attempts + 1 } });
  });

await database.close();
