import { CHANGE_TYPES } from '../../engine/domain/provider-change.ts';
import { MOVED_STATES } from './change-desk.ts';
import { exactly, name, text, texts, tweaks } from './control-schemas.ts';

/** What the control routes of changes take. */
const fields = {
  ...texts('description', 'category', 'startDate', 'endDate', 'risk', 'impact', 'priority', 'justification'),
  ...texts('preChangeChecks', 'implementationPlan', 'testPlan', 'backoutPlan', 'requestedByName', 'cis'),
  group: text,
  riskAssessment: {},
};

export const draftSchema = exactly({ ...fields, shortDescription: name, type: { enum: CHANGE_TYPES } }, [
  'shortDescription',
  'type',
]);
export const updateChangeSchema = exactly({
  ...fields,
  shortDescription: name,
  state: { enum: MOVED_STATES },
  approval: text,
  ...tweaks,
});
export const approvalSchema = exactly({ approverEmail: name, approverName: text, ...tweaks }, [
  'approverEmail',
]);
export const withdrawSchema = exactly({ approvalId: name, ...tweaks }, ['approvalId']);
export const redraftSchema = exactly({ ...tweaks });
export const endChangeSchema = exactly({ ...texts('closeCode', 'closeNotes'), ...tweaks });
