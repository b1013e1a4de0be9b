import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { echoTest, type EchoCommandOptions } from '../../../adapters/cli/echo-test.ts';
import { wallClock } from '../../../adapters/clock/wall-clock.ts';
import type { EchoReport } from '../../../adapters/echo-test/report.ts';
import { sampleClients } from '../../../adapters/simulator/client-options.ts';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { displayWidth } from '../../../adapters/terminal/display-width.ts';
import { runCli } from '../../support/cli-process.ts';
import { replaceIn } from '../../support/contract-copies.ts';
import { startTamperingProxy, type Tampering } from '../../support/tampering-proxy.ts';

let simulator: Simulator;
let folder: string;
const proxies: { readonly stop: () => Promise<void> }[] = [];
beforeEach(async () => {
  simulator = await startSimulator({ port: 0, clients: sampleClients(), seed: 'echo' });
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-echo-'));
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
  await simulator.stop();
  await rm(folder, { recursive: true });
});

const environmentOf = (url: string, key = 'acme-demo-key') => ({
  ACME_BRIDGE_URL: `${url}/acme/prod`,
  ACME_BRIDGE_KEY: key,
  GLOBEX_BRIDGE_URL: `${url}/globex/dev`,
  GLOBEX_BRIDGE_KEY: 'globex-demo-key',
  INITECH_BRIDGE_URL: `${url}/initech/cert`,
  INITECH_BRIDGE_KEY: 'initech-demo-key',
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly report: () => EchoReport;
}

async function run(contract: string, options: Partial<EchoCommandOptions> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await echoTest(
    contract,
    { write: (text) => (out += text) },
    {
      ticket: null,
      timeoutMs: 4000,
      pollMs: 50,
      format: 'json',
      color: false,
      environment: environmentOf(simulator.url),
      clock: wallClock(),
      signal: new AbortController().signal,
      complaints: { write: (text) => (err += text) },
      ...options,
    },
  );
  return { code, out, err, report: () => JSON.parse(out) as EchoReport };
}

async function tampered(tampering: Tampering, contract = 'acme'): Promise<Ran> {
  const proxy = await startTamperingProxy(simulator.url, tampering);
  proxies.push(proxy);
  return run(`rules/${contract}`, { environment: environmentOf(proxy.url) });
}

const problems = ({ steps, findings }: EchoReport): readonly string[] =>
  [...steps.flatMap((step) => step.findings), ...findings]
    .filter(({ kind }) => kind === 'problem')
    .map(({ text }) => text);
const notes = ({ steps, findings }: EchoReport): readonly string[] =>
  [...steps.flatMap((step) => step.findings), ...findings]
    .filter(({ kind }) => kind === 'note')
    .map(({ text }) => text);
const NO_ECHO = expect.stringMatching(/^the echo returned no Attachment for the file in 2 looks/) as string;
const fileStep = ({ steps }: EchoReport) => steps.find(({ name }) => name === 'file');
const tenant = (client = 'acme') => simulator.provider.tenant(client, 'dev');

describe('bridgehead echo-test', () => {
  it.each(['acme', 'globex', 'initech'])(
    'sends a ticket of %s through its whole life, reads every echo into a scratch database and deletes it',
    async (contract) => {
      const { code, report } = await run(`rules/${contract}`);
      const { verdict, steps, findings, ticket, environments } = report();

      expect({ code, verdict }).toEqual({ code: 0, verdict: 'passed' });
      expect(findings.map(({ text }) => text)).toEqual(
        contract === 'initech'
          ? [
              expect.stringMatching(
                /^changes cannot be played on echo, .*approvals are not tested$/,
              ) as string,
            ]
          : [],
      );
      expect(steps.map(({ name, verdict: end }) => `${name} ${end}`)).toEqual([
        'create ok',
        'update ok',
        'comment ok',
        contract === 'acme' ? 'file ok' : 'file not-tried',
        'resolve ok',
        'reopen ok',
        'resolve again ok',
        'close ok',
      ]);
      const echoes = steps.filter(({ name }) => name !== 'file').flatMap((step) => step.echoes);
      expect(echoes.map(({ transaction }) => transaction)).toEqual([
        'Create',
        'Notes',
        'Update',
        'Notes',
        'Notes',
        'Notes',
        'Closure',
        'Update',
        'Notes',
        'Closure',
        'Closure',
      ]);
      for (const { came, fields } of echoes) {
        const outcome = came?.rule?.startsWith('reopen: comments-only') === true ? 'dropped' : 'applied';
        expect(came).toMatchObject({ outcome, deleted: true, receives: 1 });
        expect(fields.every((field) => field.verdict === 'same')).toBe(true);
      }
      expect(environments).toEqual({
        calls: `${simulator.url}/${contract}/echo`,
        queue: `${simulator.url}/${contract}/dev`,
      });
      const [theirs, ...more] = tenant(contract)?.tickets() ?? [];
      expect(more).toEqual([]);
      expect(theirs).toMatchObject({
        ticketNumber: ticket.providerNumber,
        clientTicketNumber: ticket.number,
        status: 'closed',
      });
      expect(theirs?.shortDescription).toContain(ticket.mark);
      expect(tenant(contract)?.queue.receive(10)).toEqual([]);
    },
  );

  it.each([
    ['acme', 'Incident', 'reopen', /^changed here: status$/],
    ['globex', 'Incident', 'comments-only', /^the provider re-opened the ticket; ours stays as it is/],
    [
      'initech',
      'Request',
      'new-ticket',
      /^the provider re-opened ECHO-.*-1: opened here as ECHO-.*-2; .*names/,
    ],
  ])(
    'takes for right what %s says of its %s that is re-opened: %s',
    async (contract, type, policy, summary) => {
      const { report } = await run(`rules/${contract}`);
      const step = report().steps.find(({ name }) => name === 'reopen');

      expect(report().ticket.ticketType).toBe(type);
      expect(step?.calls[0]).toMatchObject({ kind: 'update', accepted: true });
      expect(step?.echoes[0]?.came?.summary).toMatch(summary);
      expect(step?.findings.map(({ text }) => text)).toEqual([
        expect.stringContaining(`re-opened ticket of this type is ${policy}: `) as string,
      ]);
    },
  );

  it('tells two tickets of each other in comments where the contract has no references, and goes on', async () => {
    await cp('rules/acme', folder, { recursive: true });
    await replaceIn(path.join(folder, 'contract.yaml'), 'reopen: reopen', 'reopen: new-ticket');
    const { code, report } = await run(folder);

    expect(problems(report())).toEqual([]);
    expect(code).toBe(0);
    expect(notes(report()).join()).toContain('another scratch ticket takes its place');
    expect(tenant()?.tickets()[0]).toMatchObject({
      clientTicketNumber: report().ticket.number,
      status: 'closed',
    });
  });

  it('says that what came back did not re-open, where the contract would have dropped it', async () => {
    let isResolved = false;
    const { code, report } = await tampered(
      {
        message: (entry) => {
          const { Body: body } = entry;
          const isReopening = isResolved && entry.Attributes.TransactionType === 'Update';
          isResolved ||= entry.Attributes.TransactionType === 'Closure';
          const changed = { ...(body.changed as JsonObject), status: 'resolved' };
          return isReopening ? { ...entry, Body: { ...body, status: 'resolved', changed } } : entry;
        },
      },
      'globex',
    );

    expect(code).toBe(1);
    expect(problems(report())).toEqual([
      expect.stringMatching(/^the Update was read, and applied: .*; not what comments-only is$/) as string,
      expect.stringContaining('status came back as "resolved"; sent "workinprogress"') as string,
    ]);
  });

  it('does not resolve again what an edit of the file does not re-open, and says so', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(file, 'reopen: { status: Closed }\n');
    const { code, report } = await run('rules/acme', { ticket: file });

    expect(code).toBe(0);
    expect(
      report()
        .steps.map(({ name, verdict }) => `${name} ${verdict}`)
        .slice(4),
    ).toEqual(['resolve ok', 'reopen not-tried', 'resolve again not-tried', 'close ok']);
    expect(notes(report())).toEqual([
      NO_ECHO,
      'the edit makes the contract send status closed, which does not re-open it',
      'it was not re-opened',
    ]);
  });

  it('says of a provider that closes what is resolved that there is nothing to re-open', async () => {
    const account = simulator.provider.account('acme');
    if (account !== undefined) account.switches = { ...account.switches, resolveAlsoCloses: true };
    const { code, report } = await run('rules/acme');

    expect(code).toBe(1);
    expect(report().steps.map(({ verdict }) => verdict)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'failed',
      'not-tried',
      'not-tried',
      'failed',
    ]);
    expect(notes(report())).toContain(
      'the provider closed the ticket when it was resolved: there is nothing to re-open',
    );
    expect(problems(report())).toEqual([
      'Closure: status came back as "closed"; sent "resolved"',
      'the provider took none of its calls',
    ]);
  });

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

  it('leaves messages of others on the queue, and says how many', async () => {
    const desk = simulator.provider.desk('acme', 'dev');
    for (let count = 0; count < 12; count += 1) desk?.open({ shortDescription: `Another ${count}` });
    const { code, report } = await run('rules/acme');

    expect(code).toBe(0);
    expect(report().others).toEqual({ messages: 12, tickets: 12, receivesMax: 1 });
    simulator.clock.advance(31_000);
    expect(tenant()?.queue.receive(100)).toHaveLength(12);
  });

  it('does not make a message come again that is soon given up', async () => {
    simulator.provider.desk('acme', 'dev')?.open({ shortDescription: 'Another' });
    for (let count = 0; count < 15; count += 1) {
      tenant()?.queue.receive(10);
      simulator.clock.advance(31_000);
    }
    const { code, report } = await run('rules/acme');

    expect(code).toBe(3);
    expect(report().verdict).toBe('stopped');
    expect(problems(report()).join()).toContain('has been received 16 times, and is given up after 20');
    expect(notes(report()).join()).toContain('is left open at the provider');
  });

  it('says which echo was lost, goes on, and closes its ticket all the same', async () => {
    const { code, report } = await tampered({
      message: (entry) => (entry.Attributes.TransactionType === 'Update' ? null : entry),
    });

    expect(code).toBe(1);
    expect(report().steps.map(({ verdict }) => verdict)).toEqual([
      'ok',
      'failed',
      'ok',
      'ok',
      'ok',
      'failed',
      'ok',
      'ok',
    ]);
    const lost = 'the Update did not come back within 4 s';
    expect(problems(report())).toEqual([lost, lost]);
    expect(tenant()?.tickets()[0]?.status).toBe('closed');
  });

  it('gives up waiting when nothing comes back, and closes its ticket all the same', async () => {
    const { code, report } = await tampered({ message: () => null });

    expect(code).toBe(1);
    expect(problems(report())[0]).toMatch(/^the Create did not come back within/);
    expect(report().steps[0]?.findings[0]?.help).toMatch(/nothing at all is on dev's queue/);
    expect(tenant()?.tickets()[0]?.status).toBe('closed');
  });

  it('says what came in the wrong order', async () => {
    const { code, report } = await tampered({
      message: (entry) => {
        const { Attributes: attributes, Body: body } = entry;
        const isThird = JSON.stringify(body).includes('Comment 3 of 3');
        const SentTimestamp = String(Number(attributes.SentTimestamp) - 500);
        return isThird ? { ...entry, Attributes: { ...attributes, SentTimestamp } } : entry;
      },
    });

    expect(code).toBe(1);
    expect(problems(report()).join('\n')).toMatch(
      /out of order: the Notes of "Comment 3 of 3\." was sent to the provider after the Notes of "Comment 2/,
    );
    expect(problems(report()).join('\n')).toMatch(/stands before one that was written earlier/);
  });

  it('says field by field what came back otherwise, and what helps', async () => {
    const account = simulator.provider.account('acme');
    if (account !== undefined) account.switches = { ...account.switches, textsEscaped: true };
    const { code, report } = await run('rules/acme');
    const [create] = report().steps;

    expect(code).toBe(1);
    expect(create?.echoes[0]?.fields.find(({ field }) => field === 'description')?.verdict).toBe('differs');
    expect(create?.findings[0]).toMatchObject({
      kind: 'problem',
      help: 'the provider escapes the texts that it sends: say `text: escaped` under `inbound` in contract.yaml',
    });
  });

  it('says which rule of the contract keeps its echo out', async () => {
    const { code, report } = await tampered({
      message: (entry) => ({ ...entry, Body: { ...entry.Body, category: 'Private Cloud' } }),
    });

    expect(code).toBe(1);
    expect(problems(report())[0]).toMatch(
      /the Create was read, and dropped: out of contract: private cloud .* \[.*contract\.yaml:\d+\)\]/,
    );
  });

  it('says that a message cannot be deleted', async () => {
    const { code, report } = await tampered({
      deleted: { status: 404, body: { Error: { Code: 'ReceiptHandleIsInvalid', Message: 'no' } } },
    });

    expect(code).toBe(1);
    expect(problems(report())).toContain('the Create could not be deleted from the queue');
  });

  it('reads a Create that names our number without it, and says so', async () => {
    const { code, report } = await tampered({
      message: (entry) => {
        const number = tenant()?.tickets()[0]?.clientTicketNumber ?? '';
        return { ...entry, Body: { ...entry.Body, clientTicketNumber: number } };
      },
    });

    expect(code).toBe(0);
    expect(notes(report()).join()).toContain('the Create named our number');
  });

  it('settles a create whose answer is lost by the number that comes in the queue', async () => {
    simulator.provider.faults.add([
      { kind: 'drop-answer', how: 'reset', match: { method: 'POST' }, times: 1 },
    ] as never);
    const { code, report } = await run('rules/acme', { timeoutMs: 5000 });

    expect(notes(report()).join()).toMatch(/create was answered with/);
    expect(problems(report())).toEqual([]);
    expect({ code, tickets: tenant()?.tickets().length }).toEqual({ code: 0, tickets: 1 });
  });

  it('tells of a group that the provider lacks, and that its substitute would come back as a ticket of our own', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(
      file,
      'ticket: { kind: incident, group: Database Ops, title: Hello, description: x, status: On Hold }\n' +
        'update: { title: Changed }\ncomment: { author: { email: kim@acme.example } }\nclose: { status: Closed }\n',
    );
    const kept = path.join(folder, 'acme');
    await cp('rules/acme', kept, { recursive: true });
    await replaceIn(path.join(kept, 'contract.yaml'), '    Vendor Desk: Ensono Service Desk', '    #');
    await replaceIn(path.join(kept, 'contract.yaml'), 'default: Vendor Desk }', 'default: Service Desk }');
    expect((await run('rules/acme', { ticket: file })).code).toBe(0);
    const { code, report } = await run(kept, { ticket: file });

    expect(code).toBe(1);
    expect(notes(report()).join()).toContain('name not found');
    expect(problems(report()).join()).toMatch(/made the reading side call again.*kept_internal/);
    expect(report().ticket.file).toBe(file);
  });

  it('never tells the key, whether it is right or wrong; a wrong one is exit code 3, with what helps', async () => {
    const cli = await runCli(['echo-test', 'rules/acme', '--poll', '100ms', '--format', 'markdown'], {
      env: environmentOf(simulator.url, 'not-the-right-key'),
    });

    expect(cli.code).toBe(3);
    expect(cli.out).toContain('**NOT FINISHED');
    expect(cli.out).toMatch(/Forbidden.*\*What helps: the key is wrong/);
    expect(cli.out + cli.err).not.toContain('not-the-right-key');
  });

  it('prints its report for a terminal in 100 columns, and how it goes on standard error', async () => {
    const cli = await runCli(['echo-test', 'rules/acme', '--poll', '100ms'], {
      env: environmentOf(simulator.url),
    });

    expect(cli.code).toBe(0);
    expect(cli.err).toContain('create: ok, 2 came back\n');
    expect(cli.out).toMatch(/^Echo-test of acme: PASSED: 8 of 8 steps/);
    expect(cli.out).toMatch(/rules +[0-9a-f]{12}/);
    expect(cli.out).not.toContain('acme-demo-key');
    for (const line of cli.out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  });

  it('says what is missing before anything is called', async () => {
    expect(await run('rules/acme', { environment: {} })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/ACME_BRIDGE_URL is not set\n.*ACME_BRIDGE_KEY is not set/) as string,
    });
    expect(
      await run('rules/acme', {
        environment: { ...environmentOf('http://x/y'), ACME_BRIDGE_URL: 'http://x/y/live' },
      }),
    ).toMatchObject({ code: 3, err: expect.stringContaining('ends in none of /dev') as string });
    expect((await run('rules/nowhere')).code).toBe(2);
    expect(tenant()?.tickets()).toEqual([]);
  });

  it('says which trigger does not hold, of a ticket in a file, and of none that can be made up', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(file, 'ticket: { kind: incident, group: Fleet, title: Hello }\n');
    const named = await run('rules/acme', { ticket: file });
    expect(named.code).toBe(1);
    expect(named.err).toMatch(/needs kind = 'incident'.*group is "Fleet" \(groups\.name/);

    await writeFile(file, 'ticket: { knd: incident }\nupdat: {}\n');
    expect(await run('rules/acme', { ticket: file })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/updat: is not known\. Did you mean "update"\?[^]*ticket\.knd/) as string,
    });

    const rules = await readFile('rules/acme/contract.yaml', 'utf8');
    await writeFile(
      path.join(folder, 'contract.yaml'),
      rules.replaceAll(/when: kind = .*/g, "when: $contains(title, 'never of this')"),
    );
    await writeFile(path.join(folder, 'itsm.yaml'), await readFile('rules/acme/itsm.yaml', 'utf8'));
    const none = await run(folder);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/No test ticket could be made up[^]*never of this[^]*--ticket FILE/);
  });
});
