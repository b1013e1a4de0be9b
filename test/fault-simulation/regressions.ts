import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';

/** A seed that has shown a defect once, and what it showed. */
export interface Regression {
  readonly seed: number;
  readonly contract: SampleItsm;
  readonly showed: string;
}

/** What a seed does changes with the simulation; each of these defects has a test of its own besides. */
export const REGRESSIONS: readonly Regression[] = [
  {
    seed: 29,
    contract: 'globex',
    showed:
      'a Closure that crossed a refused update left the status in doubt, and calls went to the closed ticket',
  },
  {
    seed: 254,
    contract: 'globex',
    showed:
      'a ticket that the provider re-opened and we left resolved was closed there without being resolved anew',
  },
  {
    seed: 70_586,
    contract: 'globex',
    showed: 'a re-opening that the contract dropped was followed by our own to the same status',
  },
  {
    seed: 70_623,
    contract: 'globex',
    showed:
      'by a slow clock of ours, a message that our call overwrote was newer than the call: the sides differed for good',
  },
  {
    seed: 70_861,
    contract: 'globex',
    showed: 'the same with two processes, whose clocks were also set while they ran',
  },
  {
    seed: 200_297,
    contract: 'acme',
    showed: "a comment on a ticket that is one too many did not name ours, and was parked as a stranger's",
  },
  {
    seed: 301_255,
    contract: 'globex',
    showed:
      'a ticket that nobody could know to be ours was expected to be cancelled: a mistake of the oracle',
  },
  {
    seed: 5005,
    contract: 'initech',
    showed: 'a comment on a change that was assessed again went out no more',
  },
  {
    seed: 5032,
    contract: 'initech',
    showed: 'a change that was rejected there, cancelled and assessed again stayed cancelled here',
  },
  {
    seed: 5197,
    contract: 'initech',
    showed:
      'a comment on a change that was cancelled and taken up again was held back as if it were cancelled still',
  },
  {
    seed: 500_855,
    contract: 'initech',
    showed:
      'a close without an answer crossed their re-opening, and was refused for ever: it was not resolved anew',
  },
  {
    seed: 536,
    contract: 'initech',
    showed: 'the oracle asked for an edit behind a close that was resolved twice for one',
  },
  {
    seed: 700_304,
    contract: 'acme',
    showed: 'the oracle took what a refused call had said for said',
  },
  {
    seed: 801_415,
    contract: 'acme',
    showed: 'the oracle counted a file twice whose process had died before it wrote the answer down',
  },
  {
    seed: 950_045,
    contract: 'initech',
    showed: 'a close that was sent again after they had re-opened the ticket was refused, and taken for done',
  },
  {
    seed: 1_300_372,
    contract: 'initech',
    showed:
      'what we had said of a re-opened ticket after their message stood there, and not in the new one here',
  },
  {
    seed: 1_200_576,
    contract: 'initech',
    showed: 'the oracle looked for a rest in the comments that the provider had in the description itself',
  },
  {
    seed: 7_110_021,
    contract: 'initech',
    showed:
      'the oracle knew nothing of a call without answer for the ticket whose place another one had taken',
  },
];
