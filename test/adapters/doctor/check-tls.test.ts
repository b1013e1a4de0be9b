import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkTls } from '../../../adapters/doctor/check-tls.ts';
import { certificateIssuer, type Issuer } from '../../support/certificates.ts';

/** OpenSSL looks at the machine's own clock, so good and bad dates lie far from it. */
const YEAR = new Date().getUTCFullYear();
const LONG_AGO = '2001-01-01';
const LATER = `${YEAR + 20}-01-01`;
const NAMES = 'DNS:localhost, IP:127.0.0.1';

let issuer: Issuer;
let server: Server | null = null;
beforeAll(async () => {
  issuer = await certificateIssuer();
});
afterEach(() => server?.close());
afterAll(() => issuer.end());

/** What is said of a server with that certificate, by somebody who trusts its issuer. */
async function said(
  [names, from, until]: readonly [string, string, string],
  {
    now = Date.now(),
    host = 'localhost',
    trusted = [issuer.ca],
  }: {
    readonly now?: number;
    readonly host?: string;
    readonly trusted?: readonly string[] | null;
  } = {},
) {
  const { key, cert } = await issuer.issue(names, from, until);
  const listening = createServer({ key, cert });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, () => resolve()));
  const { port } = listening.address() as AddressInfo;
  const check = await checkTls(new URL(`https://${host}:${port}/acme/prod`), now, trusted);
  return { ...check, text: check.text.replace(`:${port}`, ':PORT') };
}

describe('the certificate of the bridge', () => {
  test('is good: for this host, from somebody who is trusted, and for long', async () => {
    expect(await said([NAMES, LONG_AGO, LATER])).toMatchObject({
      verdict: 'ok',
      text: expect.stringMatching(/^TLSv1\.3, certificate of Test Authority, good for \d+ days$/) as string,
    });
    expect((await said([NAMES, LONG_AGO, LATER], { host: '127.0.0.1' })).verdict).toBe('ok');
  });

  test('is good for a few days more only: asked for in time', async () => {
    const now = Date.parse(`${YEAR + 19}-12-22T12:00:00Z`);
    expect(await said([NAMES, LONG_AGO, LATER], { now })).toMatchObject({
      verdict: 'warn',
      text: expect.stringMatching(/good for 9 days$/) as string,
      help: 'ask the provider whether it will be renewed in time',
    });
  });

  test('has expired', async () => {
    expect(await said([NAMES, LONG_AGO, '2021-03-04'])).toMatchObject({
      verdict: 'fail',
      text: 'localhost:PORT: its certificate has expired, 2021-03-04',
      help: expect.stringMatching(
        /^tell the provider, if it is \d{4}-\d\d-\d\d and this machine's clock is right$/,
      ) as string,
    });
  });

  test('is not good yet', async () => {
    expect(await said([NAMES, LATER, `${YEAR + 21}-01-01`])).toMatchObject({
      verdict: 'fail',
      text: `localhost:PORT: its certificate is good from ${LATER} on only`,
    });
  });

  test('is for another host', async () => {
    expect(await said(['DNS:bridge.example, DNS:*.bridge.example', LONG_AGO, LATER])).toMatchObject({
      verdict: 'fail',
      text: 'localhost:PORT: its certificate is for bridge.example, *.bridge.example',
      help: 'is the host in bridge.url the one that the provider named?',
    });
  });

  test('is from somebody whom nobody here knows', async () => {
    expect(await said([NAMES, LONG_AGO, LATER], { trusted: null })).toMatchObject({
      verdict: 'fail',
      text: expect.stringMatching(
        /^localhost:PORT: its certificate is from Test Authority, whom this machine does not trust \(\w+\)$/,
      ) as string,
      help: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
  });

  test('is not there: what answers speaks no TLS', async () => {
    const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, () => resolve()));
    const { port } = plain.address() as AddressInfo;
    const check = await checkTls(new URL(`https://localhost:${port}`), Date.now());
    plain.close();
    expect(check).toMatchObject({ verdict: 'fail', help: 'a firewall on the way, or the wrong port?' });
  });

  test('is not asked for where nothing is encrypted: well on this machine, not elsewhere', async () => {
    expect((await checkTls(new URL('http://127.0.0.1:1'), 0)).verdict).toBe('ok');
    expect((await checkTls(new URL('http://bridge.example'), 0)).verdict).toBe('warn');
  });
});
