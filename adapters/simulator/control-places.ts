import { ENVIRONMENTS, type EnvironmentName } from './client-options.ts';
import type { Provider } from './provider.ts';
import type { Tenant } from './tenant.ts';

/** Which client, in which environment: the begin of most control routes. */
export interface At {
  readonly client: string;
  readonly environment: string;
}

/** A mistake of whoever uses the control routes. */
export class ControlError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export function tenantAt(provider: Provider, at: At): Tenant {
  const tenant = provider.tenant(at.client, environmentAt(at));
  if (tenant === undefined) throw new ControlError(404, `no such client: ${at.client}`);
  return tenant;
}

export function environmentAt(at: At): EnvironmentName {
  const environment = ENVIRONMENTS.find((name) => name === at.environment);
  if (environment === undefined) throw new ControlError(404, `no such environment: ${at.environment}`);
  return environment;
}
