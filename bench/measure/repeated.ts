import type { Contestant } from './rounds.ts';

/** Does one piece of work after another, over and over. Whoever answers at once is not waited for. */
export const repeated = <Input>(
  name: string,
  inputs: readonly Input[],
  one: (input: Input) => unknown,
): Contestant => ({
  name,
  run(times) {
    for (let count = 0; count < times; count += 1) {
      const result = one(inputAt(inputs, count));
      if (result instanceof Promise) return goOn(result, count + 1, times);
    }
    return undefined;

    async function goOn(pending: Promise<unknown>, from: number, until: number): Promise<void> {
      await pending;
      for (let count = from; count < until; count += 1) await one(inputAt(inputs, count));
    }
  },
});

const inputAt = <Input>(inputs: readonly Input[], count: number): Input =>
  inputs[count % inputs.length] as Input;
