import { expect, test } from 'vitest';
import { compileExpression } from '../../engine/compile/expression/compile-expression.ts';
import type { Contract, FieldRule, Outbound, Table } from '../../engine/domain/contract.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { COMMENT_FIELDS, CREATE_ONLY_FIELDS, UPDATE_FIELDS } from '../../engine/domain/payload.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { mapPayload, mapTicket, matchTrigger } from '../../engine/map/outbound.ts';
import { preparedOutbound } from '../../engine/map/prepared/prepare-outbound.ts';
import { Chance } from '../fuzz-expressions/chance.ts';
import { Grammar, textOf } from '../fuzz-expressions/grammar.ts';
import { drawInput } from '../fuzz-expressions/inputs.ts';
import { sampleContract } from '../support/situations.ts';

/** Expressions as mappings have them, over the names that inputs are drawn with, and names that are meant to do harm. */
const USUAL = [
  'title',
  'caller.name',
  'caller.nested.a',
  'ci.name',
  'ci.items.name',
  'state',
  'n',
  'nested.a.b',
  'tags',
  'flag',
  'key',
  'number',
  'provider_number',
  'nothing',
  "state = 'open' ? 'New' : title",
  "title & ' (' & priority & ')'",
  "state in ['open', 1] and flag",
  'caller ? caller.name',
  "caller.name ?? 'nobody'",
  "$contains(title, 'VPN')",
  '$lowercase(title)',
  '$trim(title)',
  'n > 2',
  'priority + 1',
  "priority != '1'",
  'caller.name = name',
  "$date('2026-03-29T00:30:00.000Z')",
  '$date(title)',
  'tags[0]',
  '$string(n)',
  '`"];throw 1;//`.`${process.exit()}`',
  "'\\u2028`${1}\"'",
];
const WORDS: readonly string[] = [
  'open',
  'closed',
  '1',
  '2',
  'VPN down',
  'true',
  "');process.exit(1);//",
  '`${1}',
];
const NOW = Date.UTC(2026, 10, 23);
const PLACE = { file: 'drawn', line: 1, column: 1 };
const ROUNDS = 60;
const TICKETS_EACH = 12;

test('a contract as one prepared thing comes to what its rules come to one by one', async () => {
  const seed = Date.now() % 1_000_000_000;
  console.log(`prepared-outbound: seed ${seed}`);
  const sample = await sampleContract('acme');
  const draw = new Chance(seed);
  let byProgram = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const contract: Contract = { ...sample, outbound: drawOutbound(draw, sample.outbound) };
    const byRules: Contract = { ...contract, outbound: watched(contract.outbound) };
    expect(preparedOutbound(byRules.outbound)).toBeNull();
    for (let count = 0; count < TICKETS_EACH; count++) {
      const ticket = frozen(drawTicket(draw)) as Ticket;
      const of = (one: Contract): unknown => [
        matchTrigger(one, ticket, NOW),
        mapTicket(one, ticket, NOW),
        mapPayload(one, ticket, NOW),
      ];
      expect(of(contract), `seed ${seed}, round ${round}, ticket ${JSON.stringify(ticket)}`).toStrictEqual(
        of(byRules),
      );
      // In the same order too: one payload is always one text.
      const said = (one: Contract): string => {
        const { payload, comments } = mapTicket(one, ticket, NOW);
        return JSON.stringify([payload, comments]);
      };
      expect(said(contract)).toBe(said(byRules));
      if (preparedOutbound(contract.outbound)?.ticket(ticket, NOW) != null) byProgram++;
    }
  }
  // It is about programs, and not only about what they leave to the rules.

  expect(byProgram).toBeGreaterThan(ROUNDS);
});

function drawOutbound(draw: Chance, sample: Outbound): Outbound {
  const kept = { group: 'Client Generic' };
  return {
    ...sample,
    triggers: Array.from({ length: draw.below(4) }, (_, index) => ({
      name: `trigger ${index}`,
      when: drawExpression(draw),
      place: PLACE,
    })),
    ticketType:
      draw.below(6) > 0
        ? { ...drawField(draw, 'ticket_type'), value: TYPE, table: null }
        : drawField(draw, 'ticket_type'),
    fields: new Map(
      [...UPDATE_FIELDS, ...CREATE_ONLY_FIELDS].flatMap((name) =>
        draw.below(2) === 0 ? [] : [[name, drawField(draw, name)]],
      ),
    ),
    comments:
      draw.below(2) === 0
        ? null
        : {
            when: drawExpression(draw),
            fields: new Map(COMMENT_FIELDS.slice(draw.below(4)).map((name) => [name, drawField(draw, name)])),
          },
    attachments:
      draw.below(2) === 0
        ? null
        : { when: drawExpression(draw), sizeMax: 1, encoding: 'binary', place: PLACE },
    keptInternal: draw.below(2) === 0 ? null : { when: drawExpression(draw), send: kept, place: PLACE },
  };
}

function drawField(draw: Chance, field: string): FieldRule {
  const isCut = field === 'shortDescription' || field === 'description' || field === 'closeNotes';
  return {
    field,
    place: PLACE,
    value: drawExpression(draw),
    table: draw.below(3) === 0 ? drawTable(draw) : null,
    default: draw.below(8) > 0 ? draw.pick(WORDS) : null,
    optional: draw.below(8) > 0,
    append:
      field === 'description' && draw.below(3) > 0
        ? [
            { label: draw.pick(['Location', '-----"\n${1}']), value: drawExpression(draw), place: PLACE },
            { label: 'More', value: drawExpression(draw), place: PLACE },
          ]
        : [],
    tooLong: isCut ? draw.pick(['park', 'cut', 'continue', null] as const) : null,
    room: null,
    limits: new Map(),
    observe: null,
  };
}

const drawTable = (draw: Chance): Table => ({
  name: 'drawn',
  place: PLACE,
  entries: Array.from({ length: 1 + draw.below(4) }, () => ({
    client: draw.pick(WORDS),
    provider: draw.pick(WORDS),
    place: PLACE,
  })),
  otherwise: draw.below(2) === 0 ? draw.pick(WORDS) : null,
});

function compiled(source: string): Expression | null {
  return compileExpression(source, { place: PLACE, placeAt: () => PLACE }, 'Europe/Berlin').expression;
}

const TYPE = compiled("state = 'open' ? 'Incident' : 'Request'") ?? never();

function never(): never {
  throw new Error('this expression compiles');
}

/** Mostly a usual one, and sometimes any. */
function drawExpression(draw: Chance): Expression {
  const usual = compiled(draw.pick(USUAL));
  const any = draw.below(16) === 0 ? compiled(textOf(new Grammar(draw).expression(1 + draw.below(2)))) : null;
  return any ?? usual ?? TYPE;
}

function drawTicket(draw: Chance): Ticket {
  const part = (index: number): { key: string; fields: JsonObject } => ({
    key: String(index),
    fields: drawFields(draw),
  });
  return {
    key: '1',
    number: 'INC1',
    providerNumber: draw.below(2) === 0 ? null : 'e-1',
    fields: drawFields(draw),
    comments: Array.from({ length: draw.below(3) }, (_, index) => part(index)),
    ...(draw.below(2) === 0
      ? {}
      : {
          attachments: [
            { ...part(1), name: draw.pick(WORDS), contentType: null, size: draw.pick([null, 3]) },
          ],
        }),
  };
}

/** Members are null at times, and texts long. */
function drawFields(draw: Chance): JsonObject {
  const input = drawInput(draw);
  if (!isJsonObject(input)) return {};
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, drawn(draw, value)]));
}

function drawn(draw: Chance, value: Json | undefined): Json {
  if (value === undefined || draw.below(8) === 0) return null;
  if (typeof value === 'string' && draw.below(20) === 0)
    return `${value} "x"\n`.repeat(draw.pick([40, 500, 900]));
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, drawn(draw, member)]))
    : value;
}

/** The same rules, with somebody who is told of each. */
const watched = (outbound: Outbound): Outbound => ({
  ...outbound,
  ticketType: { ...outbound.ticketType, observe: { filled: () => undefined, limited: () => undefined } },
});

function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
