import type { Group, ClientOptions, Switches } from './client-options.ts';
import { SWITCHES_DEFAULT } from './client-options.ts';

/** A client of the provider, as the provider has set it up. The switches may be turned at any time. */
export class Account {
  readonly path: string;
  readonly clientName: string;
  readonly apiKey: string;
  readonly groups: readonly Group[];
  readonly defaultGroup: Group;
  readonly numberStart: number;
  switches: Switches;

  constructor(options: ClientOptions) {
    this.path = options.path;
    this.clientName = options.clientName;
    this.apiKey = options.apiKey;
    this.groups = options.groups;
    this.numberStart = options.numberStart;
    this.switches = { ...SWITCHES_DEFAULT, ...options.switches };
    const defaultGroup = this.group(options.defaultGroup);
    if (defaultGroup === undefined) {
      throw new Error(
        `The default group of ${options.clientName} is none of its groups: ${options.defaultGroup}`,
      );
    }
    this.defaultGroup = defaultGroup;
  }

  group(name: string): Group | undefined {
    return this.groups.find((group) => group.name === name);
  }
}
