import { CODES } from './codes.ts';
import type { Report } from './report.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenFields } from './written-contract.ts';

/** What every create must carry, besides identity and type (client guide v1.2). */
const REQUIRED = ['shortDescription', 'description', 'contactName', 'contactEmail'] as const;

/** Has a create everything that the bridge asks for? */
export function checkCreateFields(fields: Written<WrittenFields>, report: Report): void {
  for (const name of REQUIRED) {
    const field = fields.get(name);
    const hint = 'Map it; where a ticket may lack it, give a default.';
    if (field === null) {
      report.add(CODES.createFieldMissing, fields.key, `A create needs ${name}.`, hint);
      continue;
    }
    const optional = field.get('optional');
    if (optional?.scalar?.value === true && field.get('default') === null) {
      report.add(
        CODES.createFieldMissing,
        optional.key,
        `A create needs ${name}: it cannot be optional.`,
        hint,
      );
    }
  }
  const priority = fields.get('priority');
  const impact = fields.get('impact');
  const urgency = fields.get('urgency');
  const hint = 'The bridge takes one choice, kept for every create.';
  if (priority !== null && (impact !== null || urgency !== null)) {
    report.add(
      CODES.urgencyChoice,
      (impact ?? urgency ?? fields).key,
      'Either priority, or impact and urgency: not both.',
      hint,
    );
  } else if (priority === null && (impact === null || urgency === null)) {
    const message =
      impact === null && urgency === null
        ? 'A create needs priority, or impact and urgency.'
        : `A create that has ${impact === null ? 'urgency needs impact' : 'impact needs urgency'} too.`;
    report.add(CODES.urgencyChoice, (impact ?? urgency ?? fields).key, message, hint);
  }
}
