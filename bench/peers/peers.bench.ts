import { measure } from '../measure/rounds.ts';
import { repeated } from '../measure/repeated.ts';
import { comparison, type Benchmark, type BenchOptions, type Section } from '../measure/section.ts';
import { isSame, peerContests } from './contestants.ts';

const TICKETS = 128;

/** (c) what others use for such rules, on the same work. */
export const PEERS: Benchmark = {
  name: 'peers',
  async run({ quick }: BenchOptions) {
    const options = { rounds: quick ? 7 : 31, milliseconds: quick ? 20 : 60, time: 'processor' } as const;
    const sections: Section[] = [];
    for (const { title, inputs, contestants } of await peerContests(TICKETS)) {
      const [first, ...others] = contestants;
      for (const input of inputs) {
        const ours = await first?.run(input);
        for (const other of others)
          if (!isSame(await other.run(input), ours))
            throw new Error(
              `${other.name} comes to something else: ${JSON.stringify(await other.run(input))} / ${JSON.stringify(ours)}`,
            );
      }
      const measured = await measure(
        contestants.map(({ name, run }) => repeated(name, inputs, run)),
        options,
      );
      sections.push(comparison(title, 'a ticket', measured));
    }
    return sections;
  },
};
