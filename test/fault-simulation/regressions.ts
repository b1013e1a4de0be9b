import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';

/** A seed that has shown a defect once, and what it showed. */
export interface Regression {
  readonly seed: number;
  readonly contract: SampleClient;
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
];
