import { checkCloseNotes } from './check-close-notes.ts';
import { checkComparisons } from './check-comparisons.ts';
import { checkConditions } from './check-conditions.ts';
import { checkCustomFields } from './check-custom-fields.ts';
import { checkFiles } from './check-files.ts';
import { checkFixedValues } from './check-fixed-values.ts';
import { checkInbound } from './check-inbound.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkTables } from './check-tables.ts';
import type { Subject } from './subject.ts';
import { termsOf } from './terms.ts';

/**
 * What can be foreseen of a contract whose parts are each well-formed: what will never happen, always happen, or park
 * tickets. It concludes only what is certain, and also looks at contracts with mistakes.
 */
export function analyseContract(subject: Subject): void {
  const terms = termsOf(subject.itsm);
  checkConditions(subject, terms, checkComparisons(subject, terms));
  checkTables(subject, terms);
  checkCloseNotes(subject);
  checkFixedValues(subject);
  checkInbound(subject);
  checkCustomFields(subject);
  checkFiles(subject);
  checkSecrets(subject.contract.node, subject.report);
  if (subject.itsm !== null) checkSecrets(subject.itsm.node, subject.report);
}
