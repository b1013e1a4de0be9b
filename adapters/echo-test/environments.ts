/** Where an echo-test calls, and where it reads. */
export interface EchoEnvironments {
  /** `https://HOST/{client}/echo`: what is sent there comes back. */
  readonly calls: string;
  /** `https://HOST/{client}/dev`: where it comes back; there is no `echo/queue` (client guide v1.2). */
  readonly queue: string;
}

/** The environments below a client's path; `sandbox` and the like are not among them. */
const ENVIRONMENT = /\/(?:dev|echo|cert|prod)\/*$/;

/**
 * The two environments beside the one of a contract's `bridge.url`, whichever that is: never the production's own. Null:
 * the URL does not end in one of the provider's four.
 */
export function echoEnvironments(bridgeUrl: string): EchoEnvironments | null {
  if (!ENVIRONMENT.test(bridgeUrl)) return null;
  const client = bridgeUrl.replace(ENVIRONMENT, '');
  return { calls: `${client}/echo`, queue: `${client}/dev` };
}
