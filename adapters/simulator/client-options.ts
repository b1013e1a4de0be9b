import { MESSAGES_PER_READ_DEFAULT } from './limits.ts';

/** Below the client's path. `echo` works on `dev`'s tickets. */
export const ENVIRONMENTS = ['dev', 'echo', 'cert', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** Environments with tickets and a queue of their own. */
export const OWN_ENVIRONMENTS = ['dev', 'cert', 'prod'] as const;

/** What the provider sets per client, invisibly to the client. */
export interface Switches {
  /** Which of the two documented wrappers a queue read comes in. Default 1. */
  readonly wrapper: 1 | 2;
  /** Default 10; the provider sets multiples of it. */
  readonly messagesPerRead: number;
  /** A resolve by the client closes the ticket too. Default false. */
  readonly resolveAlsoCloses: boolean;
  /** Ticket numbers without their `e-`, for tickets made from then on. Default false. */
  readonly numbersWithoutPrefix: boolean;
  /** The provider's texts are double-escaped, as the client's must be. Default false. */
  readonly textsEscaped: boolean;
  /** When a create is followed by a ReturnEnsonoNum message: only if its answer was lost (default), always, never. */
  readonly returnNumber: 'lost' | 'always' | 'never';
  /** Notes messages carry every field of the ticket, not only its identity. Default false. */
  readonly notesCarryAllFields: boolean;
  /** Refusals (`{"Response": …}`) come with status 200. Default false. */
  readonly errorsWith200: boolean;
  /** Messages carry MD5OfBody. Default true. */
  readonly md5OfBody: boolean;
  /** Messages carry an AWSTraceHeader attribute. Default false. */
  readonly traceHeader: boolean;
}

export const SWITCHES_DEFAULT: Switches = {
  wrapper: 1,
  messagesPerRead: MESSAGES_PER_READ_DEFAULT,
  resolveAlsoCloses: false,
  numbersWithoutPrefix: false,
  textsEscaped: false,
  returnNumber: 'lost',
  notesCarryAllFields: false,
  errorsWith200: false,
  md5OfBody: true,
  traceHeader: false,
};

export interface Group {
  /** The mapped name that client and provider use on the bridge. */
  readonly name: string;
  /** The provider's own name for it. */
  readonly ensonoGroup: string;
}

export interface ClientOptions {
  /** The path segment of its base URLs: `/{path}/{environment}`. */
  readonly path: string;
  /** The clientName that the provider issued. */
  readonly clientName: string;
  readonly apiKey: string;
  readonly groups: readonly Group[];
  /** The group of a ticket that names none; one of `groups`. */
  readonly defaultGroup: string;
  /** The first ticket number, the same in every environment. */
  readonly numberStart: number;
  readonly switches: Partial<Switches>;
}

const sameNames = (names: readonly string[]): readonly Group[] =>
  names.map((name) => ({ name, ensonoGroup: name }));

/**
 * The sample clients of `bridgehead simulate`; their keys are for the loopback only. Of Acme's groups the provider
 * has not set up `Ensono Database` yet, as it happens: a create that names it is refused.
 */
export const sampleClients = (
  keys: { readonly acme?: string; readonly globex?: string; readonly initech?: string } = {},
): readonly ClientOptions[] => [
  {
    path: 'acme',
    clientName: 'AcmeCorp',
    apiKey: keys.acme ?? 'acme-demo-key',
    groups: sameNames([
      'Ensono Mainframe',
      'Ensono Network Support',
      'Ensono Service Desk',
      'Client Generic',
    ]),
    defaultGroup: 'Ensono Service Desk',
    numberStart: 204_070,
    switches: { wrapper: 1 },
  },
  {
    path: 'globex',
    clientName: 'Globex',
    apiKey: keys.globex ?? 'globex-demo-key',
    groups: sameNames([
      'Ensono Unix',
      'Ensono Storage',
      'Ensono Backup',
      'Ensono Service Desk',
      'Client Generic',
    ]),
    defaultGroup: 'Ensono Service Desk',
    numberStart: 879_727,
    switches: { wrapper: 2 },
  },
  {
    path: 'initech',
    clientName: 'Initech',
    apiKey: keys.initech ?? 'initech-demo-key',
    groups: sameNames(['Ensono Windows', 'Ensono Service Desk', 'Client Generic']),
    defaultGroup: 'Ensono Service Desk',
    numberStart: 31_400,
    switches: { wrapper: 1 },
  },
];
