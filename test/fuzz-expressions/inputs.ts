import type { Chance } from './chance.ts';

/** An input that looks like a ticket, or one that looks like nothing. */
export function drawInput(draw: Chance): unknown {
  if (draw.below(3) > 0) return ticket(draw);
  return draw.below(4) === 0 ? nonsense(draw, 0) : record(draw, 3);
}

const maybe = (draw: Chance, members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(() => draw.below(5) > 0));

function ticket(draw: Chance): unknown {
  const item = (): unknown =>
    maybe(draw, { name: draw.pick(['disk', 'fan', 'x y']), price: draw.pick([5, 2.5, 0]), n: draw.below(4), tags: draw.pick([['a'], [], ['b', 'a']]) }); // prettier-ignore
  const items = (): unknown => Array.from({ length: draw.below(4) }, item);
  return maybe(draw, {
    title: draw.pick(['VPN down', '', 'a', 'x & y', 'Étage 2 🙂']),
    state: draw.pick(['open', 'closed', 1, 2]),
    priority: draw.pick([1, 2, 3, '1']),
    caller: maybe(draw, { name: draw.pick(['Ann', 'Bob']), a: item(), nested: { a: { b: 1 } } }),
    ci: draw.pick([maybe(draw, { name: 'srv', items: items() }), items()]),
    name: 'INC1',
    tags: draw.pick([['a', 'b'], ['b'], [], 'a', [['a'], ['b', ['c']]]]),
    items: items(),
    price: draw.pick([10, '10', 1.5]),
    n: draw.below(5) - 1,
    nested: draw.pick([{ a: { b: { name: 'deep' } } }, { a: [{ b: 1 }, { b: [2, 3] }] }, [[1, 2], [3]]]),
    empty: draw.pick([[], {}, '', [[]], [{}]]),
    nothing: null,
    flag: draw.below(2) === 0,
    a: draw.pick<unknown>([1, 'a', [1, 2], { b: 2 }, [{ b: 1 }, { b: 2 }], [[]], null]),
    b: draw.pick<unknown>([2, 'b', [3], { a: 1, 'a b': 2 }]),
    'a b': draw.pick<unknown>([7, 'ab']),
  });
}

const NAMES = ['title', 'name', 'items', 'n', 'a', 'b', 'nested', 'tags', 'toString', 'price', 'ci'];

function record(draw: Chance, depth: number): unknown {
  const entries = Array.from({ length: draw.below(6) }, () => [draw.pick(NAMES), nonsense(draw, depth - 1)]);
  return Object.fromEntries(entries) as unknown;
}

function nonsense(draw: Chance, depth: number): unknown {
  if (depth > 0 && draw.below(3) === 0) return record(draw, depth);
  if (draw.below(3) === 0 && depth > -3)
    return Array.from({ length: draw.below(4) }, () => nonsense(draw, depth - 1));
  return draw.pick<unknown>([
    0,
    1,
    -1,
    2.5,
    1e15,
    'a',
    '',
    'title',
    '🙂',
    '12',
    true,
    false,
    null,
    [],
    {},
    [[]],
  ]);
}
