import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Collector } from './collector.ts';
import type { AnswerReasons } from './preview.ts';
import { conditionReason, withDecision } from './reason.ts';

/** What the contract's `errors` say of each answer that was no success, the later rules too. */
export async function answerReasons(
  { errors }: Contract,
  now: Instant,
  rehearsed: Collector,
): Promise<readonly AnswerReasons[]> {
  const [first] = errors;
  if (first === undefined) return [];
  const reasons: AnswerReasons[] = [];
  for (const { input } of rehearsed.all(first.when)) {
    const asked = (rule: (typeof errors)[number]): boolean =>
      rehearsed.all(rule.when).some((seen) => JSON.stringify(seen.input) === JSON.stringify(input));
    const rules = [];
    for (const rule of errors) {
      rules.push(await conditionReason(rule, input, now, { sources: () => null, asked: asked(rule) }));
    }
    reasons.push({
      transaction: typeof input.transaction === 'string' ? input.transaction : '',
      status: typeof input.status === 'number' ? input.status : null,
      errors: withDecision(rules),
    });
  }
  return reasons;
}
