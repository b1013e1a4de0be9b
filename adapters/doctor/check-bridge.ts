import { lookup } from 'node:dns/promises';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { BridgeAnswer } from '../../engine/wire/exchange.ts';
import { flatText } from '../../engine/wire/flat-text.ts';
import { readAnswer } from '../../engine/wire/read-answer.ts';
import { deleteMessage } from '../../engine/wire/requests.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { BridgeMisconfigured, httpBridge } from '../bridge/http-bridge.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { pinoLog } from '../log/pino-log.ts';
import { ageText } from '../operators/list-text.ts';
import { fail, notChecked, ok, warn, type Check } from './check.ts';
import { checkTls } from './check-tls.ts';

/** No message has such a handle: asking to delete it changes nothing. A read would cost whatever waits one of its 20 receives. */
const NO_SUCH_HANDLE = 'bridgehead-doctor-no-such-message';

/** Name, connection, certificate, key and clock of the bridge, by one call that has no effect. */
export async function checkBridge(
  contract: Contract,
  settings: { readonly url: string; readonly key: string },
  environment: Environment,
): Promise<readonly Check[]> {
  const url = URL.canParse(settings.url) ? new URL(settings.url) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return [fail('bridge', 'bridge.url is no http or https address', 'it is https://HOST/{client}/{env}')];
  const checks: Check[] = [...proxyHints(url, environment), await checkName(url)];
  if (checks.some(({ verdict }) => verdict === 'fail')) return checks;
  checks.push(await checkTls(url, Date.now()));
  try {
    const clock = wallClock();
    const log = pinoLog({ clock, level: 'silent' });
    const { timeoutMs } = contract.bridge;
    const bridge = httpBridge({ baseUrl: settings.url, apiKey: settings.key, timeoutMs, clock, log });
    const from = Date.now();
    const answer = await bridge.send(deleteMessage(NO_SUCH_HANDLE));
    checks.push(judged(url, answer, Date.now() - from), clockOf(contract, answer));
  } catch (error) {
    if (!(error instanceof BridgeMisconfigured)) throw error;
    checks.push(fail('bridge', error.message));
  }
  return checks;
}

function proxyHints(url: URL, environment: Environment): readonly Check[] {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
  const set = names.filter((name) => (environment[name] ?? '') !== '');
  if (set.length === 0) return [];
  return [
    warn(
      'proxy',
      `${set.join(', ')} is set, and Bridgehead goes to ${url.host} without it`,
      'have the way to that host opened, or route it through a proxy that needs no setting in the client',
    ),
  ];
}

async function checkName(url: URL): Promise<Check> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  try {
    const addresses = await lookup(host, { all: true });
    return ok('dns', `${host} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail(
      'dns',
      `${host} has no address (${code})`,
      'is the host in bridge.url right, and does this machine ask the right name server?',
    );
  }
}

/** That there is no such message is the good answer: who says it has let us in. */
function judged(url: URL, answer: BridgeAnswer, ms: Milliseconds): Check {
  if (answer.kind === 'no-answer')
    return fail(
      'bridge',
      answer.reached ? `no usable answer: ${answer.reason}` : `cannot be reached: ${answer.reason}`,
      'a firewall or proxy on the way, or a host that is down',
    );
  const read = readAnswer('delete', answer);
  const text = flatText(answer.body);
  const words = `${answer.status} ${text}`.trim();
  if (read.kind === 'accepted' || (read.kind === 'error' && read.error.startsWith('handle-')))
    return ok('bridge', `${url.host}${url.pathname} lets this key in (answered in ${ms} ms)`);
  if (/missing authentication token|bad path/i.test(text))
    return fail(
      'bridge',
      `the path is wrong: ${words}`,
      'bridge.url is https://HOST/{client}/{env}, letter for letter; echo has no queue and cannot be run against',
    );
  if (/forbidden|unauthorized/i.test(text) || answer.status === 401)
    return fail(
      'bridge',
      `the key is refused, or the URL's client or environment is not the key's: ${words}`,
      'each environment may have a key of its own: compare bridge.url and bridge.key with what the provider issued',
    );
  if (/clientname/i.test(text))
    return fail(
      'bridge',
      `the clientName is not known: ${words}`,
      'client_name in contract.yaml is what the provider issued',
    );
  if (answer.status >= 300 && answer.status < 400)
    return fail(
      'bridge',
      `it answers with a redirect (${answer.status})`,
      'bridge.url is not the bridge itself',
    );
  if (answer.status >= 500)
    return warn('bridge', `in trouble: ${words}`, "look at the provider's status page");
  return fail('bridge', `something else than the bridge answered: ${words}`, 'a portal or proxy on the way?');
}

function clockOf({ alarms }: Contract, answer: BridgeAnswer): Check {
  if (answer.kind !== 'answer' || answer.clockSkewMs === undefined)
    return notChecked('clock', "the bridge's answer has no date");
  return skewCheck("the bridge's clock", answer.clockSkewMs, alarms.thresholds['clock-skew']);
}

const SKEW_MS_OK = 5000;

/** `threshold`: from which on the contract's alarm would be up; null: never. */
export function skewCheck(whose: string, skewMs: Milliseconds, threshold: Milliseconds | null): Check {
  const size = Math.abs(skewMs);
  const words = `${whose} is ${size < 1000 ? 'within a second of' : `${ageText(size)} ${skewMs > 0 ? 'ahead of' : 'behind'}`} this machine's`;
  if (size < SKEW_MS_OK) return ok('clock', words);
  const help = 'keep both on network time (NTP)';
  return threshold !== null && size >= threshold ? fail('clock', words, help) : warn('clock', words, help);
}
