import { isDeepStrictEqual } from 'node:util';
import { repeated } from '../measure/repeated.ts';
import { measure } from '../measure/rounds.ts';
import { comparison, type Benchmark, type BenchOptions, type Section } from '../measure/section.ts';
import { contestOf, type Contest } from './contestants.ts';

/** Few enough to stay in the processor's caches, as many as make every branch of the rules taken. */
const TICKETS = 128;

/** (a) mapping alone, and (b) deciding, mapping, comparing and validating, of the sample contracts. */
export const MAPPING: Benchmark = {
  name: 'mapping',
  async run({ quick }: BenchOptions) {
    const options = { rounds: quick ? 7 : 31, milliseconds: quick ? 20 : 60, time: 'processor' } as const;
    const sections: Section[] = [];
    for (const client of ['acme', 'globex'] as const) {
      const contest = await contestOf(client, TICKETS);
      await compareResults(contest);
      const [byHand, , ...others] = contest.mappers;
      if (byHand === undefined) throw new Error('somebody has to be compared with');
      const mapping = await measure(
        [byHand, ...others].map((mapper) =>
          repeated(mapper.name, contest.work, ({ ticket }) => mapper.map(ticket)),
        ),
        options,
      );
      const deciding = await measure(
        contest.mappers.map((mapper) => repeated(mapper.name, contest.work, (work) => mapper.decide(work))),
        options,
      );
      sections.push(
        comparison(`(a) mapping a ticket, rules/${client}`, 'a ticket', mapping),
        comparison(`(b) deciding, mapping, comparing, validating, rules/${client}`, 'a ticket', deciding),
      );
    }
    return sections;
  },
};

/** All of them do the same, or nothing is measured. */
async function compareResults({ client, mappers: [first, ...others], work }: Contest): Promise<void> {
  if (first === undefined) return;
  for (const one of work) {
    const mapped = await first.map(one.ticket);
    const decided = await first.decide(one);
    for (const other of others) {
      const isSame =
        isDeepStrictEqual(await other.map(one.ticket), mapped) &&
        isDeepStrictEqual(await other.decide(one), decided);
      if (!isSame)
        throw new Error(`${other.name} comes to something else with ${client} ${one.ticket.number}`);
    }
  }
}
