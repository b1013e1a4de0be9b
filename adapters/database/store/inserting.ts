import { failureOf, LostRace } from '../errors.ts';

/** Runs a write to the engine's tables. A unique key that is taken means that another transaction was first. */
export async function inserting<T>(what: string, write: PromiseLike<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (failureOf(error) === 'duplicate') throw new LostRace(`${what} is there already`, { cause: error });
    throw error;
  }
}
