import { EventEmitter } from 'node:events';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { peers } from './install.ts';

/** One rule of a Change node: sets `mapped.NAME` to what a JSONata expression yields. */
export interface ChangeRule {
  readonly name: string;
  readonly expression: string;
}

type Message = Record<string, Json> & { mapped?: JsonObject };
type Input = (message: Message, send: (message: Message) => void, done: (error?: unknown) => void) => void;

/**
 * Node-RED's own Change node with these rules, in a runtime that holds nothing else: neither wires nor the copying of
 * messages, which would come on top.
 */
export async function changeNode(
  rules: readonly ChangeRule[],
): Promise<(input: JsonObject) => Promise<JsonObject>> {
  const require = await peers();
  const { util } = require('@node-red/util') as { readonly util: object };
  const define = require('@node-red/nodes/core/function/15-change.js') as (runtime: object) => void;
  const made: { Change: (new (config: object) => EventEmitter) | null } = { Change: null };
  define({
    util,
    _: (words: string) => words,
    nodes: {
      createNode: () => undefined,
      registerType: (_: string, type: new (config: object) => EventEmitter) => {
        Object.setPrototypeOf(type.prototype as object, EventEmitter.prototype);
        made.Change = type;
      },
    },
  });
  if (made.Change === null) throw new Error('the Change node has registered no type');
  const set = rules.map(({ name, expression }) => ({
    t: 'set',
    p: `mapped.${name}`,
    pt: 'msg',
    to: expression,
    tot: 'jsonata',
  }));
  const node = new made.Change({ rules: set });
  const [input] = node.listeners('input') as unknown as readonly Input[];
  if (input === undefined) throw new Error('the Change node does not take these rules');
  return (given) =>
    new Promise((resolve, reject) => {
      input(
        { ...given },
        (message) => resolve(message.mapped ?? {}),
        (error) => {
          if (error !== undefined) reject(new Error('the Change node failed', { cause: error }));
        },
      );
    });
}
