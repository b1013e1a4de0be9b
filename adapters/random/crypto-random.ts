import { randomUUID } from 'node:crypto';
import type { Random } from '../../engine/runtime/ports.ts';

/** Chance as the machine gives it. */
export const cryptoRandom = (): Random => ({ next: () => Math.random(), id: () => randomUUID() });
