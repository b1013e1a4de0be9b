import type { Json } from '../../domain/json.ts';
import { CODES } from '../codes.ts';
import type { Report } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { plain, type Written } from '../yaml/written.ts';
import type { TestAnswer, TestMessage } from './contract-test.ts';
import type { WrittenAnswer, WrittenMessage } from './written-tests.ts';

/** Names of a message's body that say whose ticket it is: they never change. */
const IDENTITY: ReadonlySet<string> = new Set([
  'clientName',
  'clientTicketNumber',
  'ticketNumber',
  'ticketType',
]);

export function compileMessages(
  written: Written<readonly WrittenMessage[]> | null,
  report: Report,
): readonly TestMessage[] {
  return (written?.items() ?? []).flatMap((message) => {
    const [entry] = message.entries();
    if (entry === undefined) return [];
    const [transactionType, bodyWritten] = entry;
    const body: Record<string, Json> = {};
    for (const [name, value] of bodyWritten.entries()) {
      if (name !== 'changed') body[name] = plain(value.node);
    }
    const names = Object.keys(body).filter((name) => !IDENTITY.has(name) && name !== 'notes');
    const changed = bodyWritten.get('changed')?.items() ?? null;
    for (const name of changed ?? []) {
      if (name.text === null || names.includes(name.text)) continue;
      const message = `The message says that "${name.text}" changed, and does not give it.`;
      report.add(
        CODES.changedNotGiven,
        name,
        message,
        suggestion(name.text, names, 'what the message gives'),
      );
    }
    return [{ transactionType, body, changed: changed?.flatMap(({ text }) => text ?? []) ?? null }];
  });
}

export function compileAnswers(written: Written<readonly WrittenAnswer[]> | null): readonly TestAnswer[] {
  return (written?.items() ?? []).map((answer): TestAnswer => {
    const status = answer.get('status')?.text ?? null;
    if (status !== null) {
      return { kind: 'refused', status: Number(status), text: answer.get('text')?.text ?? '' };
    }
    if (answer.text === 'accepted') return { kind: 'accepted' };
    return { kind: 'no-answer', reached: answer.text !== 'unreachable' };
  });
}

/** What an Update changes where the test does not say: all that it gives. */
export const givenNames = (body: TestMessage['body']): readonly string[] =>
  Object.keys(body).filter((name) => !IDENTITY.has(name) && name !== 'notes');
