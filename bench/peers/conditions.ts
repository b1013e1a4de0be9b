import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { peers } from './install.ts';

/** One part of a condition: what stands at a path, compared with a value. */
export interface Part {
  readonly path: string;
  readonly operator: 'equal' | 'notEqual' | 'in';
  readonly value: Json;
}

/** All of its parts must hold. */
export interface NamedCondition {
  readonly name: string;
  readonly all: readonly Part[];
}

const equal = (path: string, value: Json): Part => ({ path, operator: 'equal', value });
const notEqual = (path: string, value: Json): Part => ({ path, operator: 'notEqual', value });
const isIn = (path: string, ...value: readonly string[]): Part => ({ path, operator: 'in', value });

/** Twenty triggers and filters as contracts have them. */
export const CONDITIONS: readonly NamedCondition[] = [
  [equal('kind', 'incident'), isIn('group', 'Mainframe Ops', 'Network Ops', 'Database Ops')],
  [equal('kind', 'request'), equal('approval', 'approved'), equal('ci.managed_by', 'ensono')],
  [isIn('group', 'Service Desk', 'Field Services')],
  [equal('status', 'New'), equal('priority', 'P1')],
  [equal('status', 'New'), equal('priority', 'P2')],
  [isIn('status', 'On Hold', 'Waiting for Vendor')],
  [equal('location.name', 'Omaha data center'), notEqual('status', 'Closed')],
  [equal('custom.cost_center', '4711')],
  [equal('custom.cost_center', '4820'), isIn('priority', 'P1', 'P2')],
  [equal('ci.name', 'LPAR-PROD1'), equal('kind', 'incident')],
  [equal('ci.name', 'LPAR-TEST2')],
  [equal('caller.email', 'priya.raman@acme.example')],
  [notEqual('group', 'Facilities'), equal('kind', 'request')],
  [isIn('priority', 'P3', 'P4'), equal('status', 'In Progress')],
  [equal('group', 'Mainframe Ops'), isIn('status', 'New', 'In Progress')],
  [equal('group', 'Network Ops'), isIn('status', 'New', 'In Progress')],
  [equal('group', 'Database Ops'), isIn('status', 'New', 'In Progress')],
  [equal('status', 'Resolved'), notEqual('priority', 'P4')],
  [equal('kind', 'change')],
  [notEqual('status', 'Cancelled'), isIn('kind', 'incident', 'request')],
].map((all, index) => ({ name: `condition ${index + 1}`, all }));

/** The same in JSONata. */
export const expressionOf = ({ all }: NamedCondition): string =>
  all
    .map(({ path, operator, value }) => {
      const words = JSON.stringify(value);
      if (operator === 'in') return `${path} in ${words}`;
      return operator === 'equal' ? `${path} = ${words}` : `${path} != ${words}`;
    })
    .join(' and ');

interface RulesEngine {
  addRule(rule: object): void;
  run(facts: object): Promise<{ readonly events: readonly { readonly type: string }[] }>;
}

/** json-rules-engine with these conditions: the names of those that hold. */
export async function rulesEngine(
  conditions: readonly NamedCondition[],
): Promise<(facts: JsonObject) => Promise<readonly string[]>> {
  const require = await peers();
  const { Engine } = require('json-rules-engine') as {
    readonly Engine: new (rules: readonly object[], options: object) => RulesEngine;
  };
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { name, all } of conditions) {
    engine.addRule({
      name,
      event: { type: name },
      conditions: {
        all: all.map(({ path, operator, value }) => {
          const [fact = '', part] = path.split('.');
          return { fact, operator, value, ...(part === undefined ? {} : { path: `$.${part}` }) };
        }),
      },
    });
  }
  return async (facts) => {
    const { events } = await engine.run(facts);
    return events.map(({ type }) => type).sort();
  };
}
