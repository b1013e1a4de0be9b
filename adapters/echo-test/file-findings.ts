import type { Expected } from './expected-echoes.ts';
import { note, problem, type Finding, type SentCall } from './report.ts';
import type { Stage } from './run-step.ts';
import { FILE_PUT } from './sent-call.ts';
import { journalOf, ticketsOf } from './sides.ts';
import type { TestFile } from './test-file.ts';

/** So many looks at the queue a file has to come back: nothing says that it must. */
export const FILE_LOOKS = 2;

/** Whether the file went out and, if it came back, is in the scratch database byte for byte. */
export async function fileFindings(
  { far }: Stage,
  { content }: TestFile,
  calls: readonly SentCall[],
  expected: readonly Expected[],
): Promise<readonly Finding[]> {
  const put = calls.findLast(({ kind }) => kind === FILE_PUT);
  const last = calls.at(-1);
  // Where nothing was called, it is said already that nothing is sent.
  if (last === undefined) return [];
  if (put?.accepted !== true) return [problem(`the provider did not take the file: ${last.answer}`)];
  const message = expected.find(({ transaction }) => transaction === 'Attachment')?.came.at(-1)?.message;
  if (message === undefined) {
    return [
      note(
        `the echo returned no Attachment for the file in ${FILE_LOOKS} looks, and nothing says that it must: how files come in is not tested`,
      ),
    ];
  }
  const entries = (await journalOf(far)).filter(({ transactionId }) => transactionId === message.id);
  const told = entries.map(({ outcome, summary }) => `${outcome}: ${summary}`).join('; ');
  if (far.runtime.contract.inbound.attachments === null)
    return [note(`the Attachment was read, and ${told}`)];
  const ticket = (await ticketsOf(far)).at(-1);
  for (const { key, name } of ticket?.attachments ?? []) {
    const stored = await far.database.files.read(ticket?.key ?? '', key);
    if (stored === null) continue;
    const parts: Uint8Array[] = [];
    for await (const part of stored.bytes) parts.push(part);
    if (Buffer.concat(parts).equals(content))
      return [note(`the file was fetched, and is stored as ${name}, byte for byte as it was sent`)];
  }
  return [
    problem(
      `the Attachment was read, and the file is not stored as it was sent: ${told}`,
      'what may come in, and from which hosts, `inbound.attachments` says; or ask the provider what it makes of files',
    ),
  ];
}
