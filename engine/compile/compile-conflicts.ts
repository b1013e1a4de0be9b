import type { ConflictPolicy, Conflicts } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import type { ItsmNames } from './itsm/itsm-names.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenContract } from './written-contract.ts';

const POLICIES: readonly ConflictPolicy[] = ['provider', 'client', 'latest'];
const POLICY_DEFAULT: ConflictPolicy = 'latest';
const OTHERWISE = 'otherwise';

/** Whose value stays, by ITSM ticket field; `otherwise` for the rest. */
export function compileConflicts(
  written: Written<NonNullable<WrittenContract['conflicts']>> | null,
  itsm: ItsmNames,
  scope: Scope,
): Conflicts {
  const fields = new Map<string, ConflictPolicy>();
  let otherwise = POLICY_DEFAULT;
  for (const [name, value] of written?.entries() ?? []) {
    const policy = POLICIES.find((candidate) => candidate === value.text) ?? POLICY_DEFAULT;
    if (name === OTHERWISE) {
      otherwise = policy;
      continue;
    }
    fields.set(name, policy);
    if (itsm.ticketFields === null || itsm.ticketFields.has(name)) continue;
    const message = `The ITSM description has no ticket field "${name}".`;
    const hint = suggestion(name, [...itsm.ticketFields.keys(), OTHERWISE], 'allowed here');
    scope.report.add(CODES.unknownItsmField, value.key, message, hint);
  }
  return { fields, otherwise };
}
