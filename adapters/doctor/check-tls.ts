import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import type { Instant } from '../../engine/domain/instant.ts';
import { isLoopback } from '../http/loopback.ts';
import { fail, ok, warn, type Check } from './check.ts';

const TLS_TIMEOUT_MS = 10_000;
const CERTIFICATE_DAYS_MIN = 21;
const DAY_MS = 86_400_000;

/**
 * The certificate of the bridge: for this host, from somebody whom this machine trusts, and not only for a few days more. Nothing
 * is sent, so a certificate that is not right can be looked at and named.
 * @param trusted certificates in PEM; null: those that Node trusts
 */
export async function checkTls(
  url: URL,
  now: Instant,
  trusted: readonly string[] | null = null,
): Promise<Check> {
  if (url.protocol === 'http:')
    return isLoopback(url.hostname)
      ? ok('tls', 'not encrypted, and never leaves this machine')
      : warn('tls', 'http: the key travels unencrypted', 'use https in bridge.url');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 443 : Number(url.port);
  const where = `${host}:${port}`;
  return new Promise((resolve) => {
    const end = (check: Check): void => {
      socket.destroy();
      resolve(check);
    };
    const options = {
      host,
      port,
      timeout: TLS_TIMEOUT_MS,
      rejectUnauthorized: false,
      // The name that is asked for is never an address.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(trusted === null ? {} : { ca: [...trusted] }),
    };
    const socket = connect(options, () => {
      const certificate = socket.getPeerCertificate();
      // Node's types have an Error here, and Node the code of one.
      const refusal = socket.authorized ? null : String(socket.authorizationError);
      end(
        refusal === null
          ? good(certificate, socket.getProtocol() ?? 'TLS', now)
          : refused(where, refusal, certificate, now),
      );
    });
    socket.once('timeout', () => {
      end(fail('tls', `no answer from ${where} within ${TLS_TIMEOUT_MS / 1000} s`, 'a firewall on the way?'));
    });
    socket.once('error', (error: Error) => {
      end(fail('tls', `${where}: ${error.message}`, 'a firewall on the way, or the wrong port?'));
    });
  });
}

function good({ valid_to: until, issuer }: PeerCertificate, protocol: string, now: Instant): Check {
  const days = Math.floor((Date.parse(until) - now) / DAY_MS);
  const words = `${protocol}, certificate of ${nameOf(issuer)}, good for ${days} days`;
  return days < CERTIFICATE_DAYS_MIN
    ? warn('tls', words, 'ask the provider whether it will be renewed in time')
    : ok('tls', words);
}

function refused(where: string, code: string, certificate: PeerCertificate, now: Instant): Check {
  const { valid_from: from, valid_to: until, issuer } = certificate;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return fail(
        'tls',
        `${where}: its certificate has expired, ${dayOf(until)}`,
        `tell the provider, if it is ${dayOf(now)} and this machine's clock is right`,
      );
    case 'CERT_NOT_YET_VALID':
      return fail(
        'tls',
        `${where}: its certificate is good from ${dayOf(from)} on only`,
        `is it ${dayOf(now)}? This machine's clock may be wrong`,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return fail(
        'tls',
        `${where}: its certificate is for ${namesOf(certificate)}`,
        'is the host in bridge.url the one that the provider named?',
      );
    default:
      return fail(
        'tls',
        `${where}: its certificate is from ${nameOf(issuer)}, whom this machine does not trust (${code})`,
        'a proxy that opens TLS? Give its root certificate to Node in NODE_EXTRA_CA_CERTS',
      );
  }
}

type Name = PeerCertificate['issuer'];

/** A certificate may say nothing at all of who issued it. */
function nameOf(issuer: Name | undefined): string {
  const name = issuer?.O ?? issuer?.CN;
  return (Array.isArray(name) ? name.join(', ') : name) ?? 'an unnamed issuer';
}

const NAMES_MAX = 5;

/** `DNS:bridge.example, DNS:*.bridge.example` */
function namesOf({ subject, subjectaltname: alternatives }: PeerCertificate): string {
  const names = alternatives?.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')) ?? [];
  if (names.length === 0) return nameOf(subject);
  return names.slice(0, NAMES_MAX).join(', ') + (names.length > NAMES_MAX ? ', …' : '');
}

const dayOf = (date: string | Instant): string => new Date(date).toISOString().slice(0, 10);
