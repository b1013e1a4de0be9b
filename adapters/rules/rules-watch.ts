import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { Bell } from '../../engine/runtime/bell.ts';
import type { Clock, Log } from '../../engine/runtime/ports.ts';
import { diagnosticFields } from './diagnostic-fields.ts';
import { readContractFolder } from './read-contract-folder.ts';
import { rulesHash } from './rules-version.ts';

/** How often the rule files are looked at. */
export const RULES_LOOK_MS = seconds(5);

/** What one look at the rule files found. */
export type RulesLook =
  | { readonly kind: 'read'; readonly hash: string; readonly source: ContractSource }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/** Rules other than those noticed before; or `asked`: somebody wants them looked at, changed or not. */
export interface NoticedRules {
  readonly hash: string;
  readonly source: ContractSource;
  readonly asked: boolean;
}

export async function lookAtRules(folder: string): Promise<RulesLook> {
  const read = await readContractFolder(folder);
  if (read.kind === 'failed') return read;
  const source = { files: read.files, main: read.main };
  return { kind: 'read', hash: rulesHash(source), source };
}

/**
 * Notices that rule files say something else, by what they hold: whether an editor writes in place or renames, or git
 * checks out many files, makes no difference. A version counts when two looks in a row found the same, so that what is
 * half written is passed over. Files that cannot be read for longer than one look are said once; the rules noticed
 * before stay the last ones.
 */
export class RulesWatch {
  readonly #look: () => Promise<RulesLook>;
  readonly #log: Log;
  readonly #bell: Bell;
  #noticed: string | null;
  #asked = false;
  #saidUnreadable: string | null = null;

  /** `known` is the hash of the rules at the beginning. */
  constructor(look: () => Promise<RulesLook>, known: string, clock: Clock, log: Log) {
    this.#look = look;
    this.#noticed = known;
    this.#log = log;
    this.#bell = new Bell(clock);
  }

  /** Looks at once, and takes what is there then, also if it was noticed before. */
  ask(): void {
    this.#asked = true;
    this.#bell.ring();
  }

  /** What was noticed last could not be used, for a reason outside of the files: it is to be noticed again. */
  again(): void {
    this.#noticed = null;
  }

  /** The next rules; null when the signal comes first. */
  async next(signal: AbortSignal): Promise<NoticedRules | null> {
    for (let before: RulesLook | null = null; ;) {
      await this.#bell.wait(RULES_LOOK_MS, signal);
      if (signal.aborted) return null;
      const asked = this.#asked;
      this.#asked = false;
      const look = await this.#look();
      const isSettled = asked || (before !== null && isSame(before, look));
      before = look;
      if (!isSettled) continue;
      if (look.kind === 'failed') {
        this.#sayUnreadable(look.diagnostic);
        continue;
      }
      this.#sayReadable();
      if (look.hash === this.#noticed && !asked) continue;
      this.#noticed = look.hash;
      return { hash: look.hash, source: look.source, asked };
    }
  }

  #sayUnreadable(diagnostic: Diagnostic): void {
    if (this.#saidUnreadable === diagnostic.message) return;
    this.#saidUnreadable = diagnostic.message;
    this.#log.error('rules not taken', diagnosticFields(diagnostic));
  }

  #sayReadable(): void {
    if (this.#saidUnreadable === null) return;
    this.#saidUnreadable = null;
    this.#log.info('rules can be read again', {});
  }
}

const isSame = (before: RulesLook, look: RulesLook): boolean =>
  before.kind === 'read' && look.kind === 'read' ? before.hash === look.hash : before.kind === look.kind;
