import { describe, expect, test } from 'vitest';
import { groupCauses, type ParkedLane } from '../../../adapters/operators/group-causes.ts';
import type { Parked } from '../../../engine/domain/lane.ts';
import { lane } from '../../support/builders.ts';

let count = 0;
const parked = (reason: string, change: Partial<Parked> = {}): ParkedLane => {
  const id = (count += 1);
  const cause: Parked = {
    at: id,
    code: 'no-table-entry',
    reason,
    rule: null,
    until: 'change',
    messageId: null,
    retryAt: null,
    ...change,
  };
  return { lane: lane({ id, parked: cause }), parked: cause };
};
const summary = (all: readonly ParkedLane[]): readonly string[] =>
  groupCauses(all).map(({ tickets, code, reason }) => `${tickets.length} ${code}: ${reason}`);

describe('parked tickets', () => {
  test('with one code and one line of the rules are one cause, with what differs left out', () => {
    const rule = 'status (rules/acme/contract.yaml:55)';
    const words = (word: string): string => `status: the table "status" has no entry for "${word}"; add one`;
    expect(
      summary([
        parked(words('Weird'), { rule }),
        parked(words('Odd'), { rule }),
        parked(words('Odd'), { rule: 'group (rules/acme/contract.yaml:60)' }),
      ]),
    ).toEqual([
      '2 no-table-entry: status: the table "status" has no entry for …; add one',
      '1 no-table-entry: status: the table "status" has no entry for "Odd"; add one',
    ]);
  });

  test('without a rule are one cause if they differ in numbers and values only', () => {
    const code = 'unknown-ticket';
    expect(
      summary([
        parked('the ITSM has no ticket INC0000001 any more', { code }),
        parked('the ITSM has no ticket INC0000702 any more', { code }),
        parked('the message names no ticket', { code }),
      ]),
    ).toEqual([
      '2 unknown-ticket: the ITSM has no ticket … any more',
      '1 unknown-ticket: the message names no ticket',
    ]);
  });

  test('come with the longest parked first, and the cause of most of them first', () => {
    const causes = groupCauses([parked('a', { at: 1 }), parked('b', { at: 9 }), parked('b', { at: 3 })]);
    expect(causes.map(({ tickets }) => tickets.map((one) => one.parked.at))).toEqual([[3, 9], [1]]);
  });

  test('that differ in code are different causes', () => {
    expect(summary([parked('no', { code: 'one' }), parked('no', { code: 'two' })])).toHaveLength(2);
  });
});
