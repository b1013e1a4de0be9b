import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStep, folder, NO_ECHO, problems, run, simulator, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it('puts a small file to the provider, without the key, and says that the echo returned none', async () => {
    const { code, report } = await run('rules/acme');
    const step = fileStep(report());
    const number = report().ticket.providerNumber ?? '';

    expect(code).toBe(0);
    expect(step?.calls).toMatchObject([
      { kind: 'attachment-url', call: `GET tickets/${number}/attachments/echo-test.txt`, accepted: true },
      { kind: 'attachment', answer: '200 stored', accepted: true },
    ]);
    expect(step?.calls[1]?.call).toMatch(/^PUT http:[^?]*\/echo-test\.txt \(text\/plain, \d+ bytes\)$/);
    expect(step?.findings.map(({ text }) => text)).toEqual([NO_ECHO]);
    expect(tenant()?.files.of(number)).toMatchObject([{ name: 'echo-test.txt', contentType: 'text/plain' }]);
  });

  it.each([
    ['as it was sent', (mark: string) => `${mark}\nA test of the connection: Ümläüt, é, €.\n`, 0],
    ['as another', () => 'Something else', 1],
  ])('fetches the file where the echo returns it, and stores it: %s', async (_, textOf, exit) => {
    let isAttached = false;
    const complaints = {
      write: (line: string) => {
        const [theirs] = tenant()?.tickets() ?? [];
        if (!line.startsWith('file: a small') || theirs === undefined || isAttached) return;
        const mark = /\[Bridgehead echo-test \w+\]/.exec(theirs.shortDescription)?.[0] ?? '';
        simulator.provider
          .desk('acme', 'dev')
          ?.attach(theirs.ticketNumber, { name: 'echo-test.txt', type: 'text/plain', text: textOf(mark) });
        isAttached = true;
      },
    };
    const { code, report } = await run('rules/acme', { complaints });
    const step = fileStep(report());

    expect({ code, isAttached }).toEqual({ code: exit, isAttached: true });
    expect(step?.echoes[0]).toMatchObject({ transaction: 'Attachment', came: { deleted: true } });
    expect(step?.findings.map(({ text }) => text)).toEqual([
      exit === 0
        ? 'the file was fetched, and is stored as echo-test.txt, byte for byte as it was sent'
        : (expect.stringMatching(/the file is not stored as it was sent: .*echo-test\.txt/) as string),
    ]);
  });

  it('says that the provider does not take the file, and why', async () => {
    simulator.provider.faults.add([
      { kind: 'status', status: 400, body: { Response: 'No files here' }, match: { path: '/attachments/' } },
    ]);
    const { code, report } = await run('rules/acme');

    expect(code).toBe(1);
    expect(problems(report())).toEqual(['the provider did not take the file: 400 No files here']);
    expect(tenant()?.tickets()[0]?.status).toBe('closed');
  });

  it('takes what the file of the test is from a file, but not its name', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(file, 'file: { public: false }\n');
    const { report } = await run('rules/acme', { ticket: file });
    expect(fileStep(report())?.findings.map(({ text }) => text)).toEqual([
      'attachments.when does not hold for that file',
    ]);

    await writeFile(file, 'file: { public: true, name: a.txt }\n');
    expect(await run('rules/acme', { ticket: file })).toMatchObject({
      code: 2,
      err: expect.stringContaining("file.name: is the test's own: take it out") as string,
    });
  });
});
