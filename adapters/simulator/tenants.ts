import type { Instant } from '../../engine/domain/instant.ts';
import { Account } from './account.ts';
import { type ClientOptions, type EnvironmentName, OWN_ENVIRONMENTS } from './client-options.ts';
import type { Identifiers } from './identifiers.ts';
import { Tenant } from './tenant.ts';

/** Every client of the provider, with its tickets and queue per environment. */
export class Tenants {
  readonly #accounts = new Map<string, Account>();
  readonly #tenants = new Map<string, Tenant>();

  constructor(clients: readonly ClientOptions[], now: () => Instant, identifiers: Identifiers) {
    for (const options of clients) {
      const account = new Account(options);
      this.#accounts.set(account.path, account);
      for (const environment of OWN_ENVIRONMENTS) {
        this.#tenants.set(`${account.path}/${environment}`, new Tenant(account, now, identifiers));
      }
    }
  }

  /** Of every client, in every environment. */
  all(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** By the client's path segment. */
  account(path: string): Account | undefined {
    return this.#accounts.get(path);
  }

  /** As time has left it; `echo` has the tickets and the queue of `dev`. */
  tenant(path: string, environment: EnvironmentName): Tenant | undefined {
    const tenant = this.#tenants.get(`${path}/${environment === 'echo' ? 'dev' : environment}`);
    tenant?.closeOverdue();
    return tenant;
  }
}
