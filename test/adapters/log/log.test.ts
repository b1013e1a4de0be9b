import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';
import { boundLog } from '../../../adapters/log/bound-log.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { pinoLog } from '../../../adapters/log/pino-log.ts';
import { redactFields, redactText } from '../../../adapters/log/redact.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';

const clock = new VirtualClock(Date.parse('2026-03-02T10:00:00Z'));
const SECRET = 'Sup3rS3cretK3y';

function written(level: 'debug' | 'info'): {
  readonly lines: JsonObject[];
  readonly log: ReturnType<typeof pinoLog>;
} {
  const lines: JsonObject[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as JsonObject) };
  return { lines, log: pinoLog({ clock, level, secrets: [SECRET], destination }) };
}

describe('the log', () => {
  it('is one JSON line per step, by the clock it is given', () => {
    const { lines, log } = written('info');

    log.info('ticket created', { contract: 'acme', lane: 7, ticket: 'INC1', transaction: 't-1', rule: null });

    expect(lines).toEqual([
      {
        level: 'info',
        time: '2026-03-02T10:00:00.000Z',
        step: 'ticket created',
        contract: 'acme',
        lane: 7,
        ticket: 'INC1',
        transaction: 't-1',
        rule: null,
      },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = written('info');

    log.debug('a', {});
    log.warn('b', {});
    log.error('c', {});

    expect(lines.map(({ level, step }) => [level, step])).toEqual([
      ['warn', 'b'],
      ['error', 'c'],
    ]);
  });

  it('holds no secret, wherever it turns up', () => {
    const { lines, log } = written('debug');

    log.debug(`using ${SECRET}`, { text: `key=${SECRET}`, deep: [{ 'x-api-key': 'short', said: SECRET }] });

    expect(lines[0]).toMatchObject({
      step: 'using [redacted]',
      text: 'key=[redacted]',
      deep: [{ 'x-api-key': '[redacted]', said: '[redacted]' }],
    });
  });
});

describe('a bound log', () => {
  it('has its fields on every line', () => {
    const log = collectedLog();
    const bound = boundLog(log, { contract: 'acme', lane: null });

    bound.debug('a', {});
    bound.info('b', { lane: 1 });
    bound.warn('c', {});
    bound.error('d', {});

    expect(log.lines).toEqual([
      { level: 'debug', step: 'a', fields: { contract: 'acme', lane: null } },
      { level: 'info', step: 'b', fields: { contract: 'acme', lane: 1 } },
      { level: 'warn', step: 'c', fields: { contract: 'acme', lane: null } },
      { level: 'error', step: 'd', fields: { contract: 'acme', lane: null } },
    ]);
  });
});

describe('redacting', () => {
  it.each([
    ['mysql://itsm:pa:ss@db.example:3306/itsm', 'mysql://itsm:[redacted]@db.example:3306/itsm'],
    [
      'see https://f.example/a.pdf?X-Amz-Signature=abc&X-Amz-Date=1 now',
      'see https://f.example/a.pdf?[redacted] now',
    ],
    ['"https://f.example/a?b=c","next"', '"https://f.example/a?[redacted]","next"'],
    [
      'call kim@acme.example at 10:30: https://f.example/a',
      'call kim@acme.example at 10:30: https://f.example/a',
    ],
  ])('turns %s into %s', (text, expected) => {
    expect(redactText(text, [])).toBe(expected);
  });

  it('goes by the names of fields', () => {
    expect(
      redactFields({ password: 'x', Authorization: 'y', apiKey: 'z', key: '42', token: null }, []),
    ).toEqual({
      password: '[redacted]',
      Authorization: '[redacted]',
      apiKey: '[redacted]',
      key: '42',
      token: null,
    });
  });

  it('does not look for a secret that is too short to be told from a word', () => {
    expect(redactText('the key', ['key'])).toBe('the key');
  });

  it.each(['a', 'a://', 'https://', 'https://a:'])(
    'takes a body made of %j without end in its stride',
    (part) => {
      const text = part.repeat(1_000_000 / part.length);

      expect(redactText(text, [SECRET])).toHaveLength(text.length);
    },
  );
});
