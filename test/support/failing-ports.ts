import type { Ports } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';

/** A port call in words: `transaction`, `POST tickets`, `DELETE queue/…`. */
export type PortCall = string;

/** Something that happens around the n-th port call, counted from 1. */
export interface Around {
  /** Before the call is made; what it throws, the caller gets instead of an answer. */
  readonly before?: (count: number, call: PortCall) => void | Promise<void>;
  /** After the call had its effect. */
  readonly after?: (count: number, call: PortCall) => void | Promise<void>;
}

/** The same runtime, where every call of the ports that have effects passes `around`. */
export function around(runtime: Runtime, { before, after }: Around): Runtime {
  const { bridge, database, downloads, files, uploads } = runtime.ports;
  let count = 0;
  const passed = async <T>(call: PortCall, make: () => Promise<T>): Promise<T> => {
    count += 1;
    const mine = count;
    await before?.(mine, call);
    const result = await make();
    await after?.(mine, call);
    return result;
  };
  const ports: Ports = {
    ...runtime.ports,
    bridge: {
      send: (request) =>
        passed(`${request.method} ${request.path.replace(/queue\/.*/, 'queue/…')}`, () =>
          bridge.send(request),
        ),
    },
    downloads: {
      open: (url, from, signal) => passed('GET a file', () => downloads.open(url, from, signal)),
    },
    database: {
      transaction: (work) => passed('transaction', () => database.transaction(work)),
    },
    files: {
      putAside: (...given) => passed('put a file aside', () => files.putAside(...given)),
      drop: (...given) => passed('drop a file', () => files.drop(...given)),
      dropBefore: (...given) => files.dropBefore(...given),
      read: (...given) => passed('read file', () => files.read(...given)),
    },
    ...(uploads === undefined
      ? {}
      : { uploads: { put: (...given) => passed('PUT file', () => uploads.put(...given)) } }),
  };
  return { ...runtime, ports };
}

/** The process is gone: nothing catches this. */
export class Killed extends Error {
  override readonly name = 'Killed';
}
