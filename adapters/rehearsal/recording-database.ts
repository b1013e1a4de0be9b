import type { Database, Itsm } from '../../engine/runtime/ports.ts';
import type { ItsmWrite } from './rehearsal.ts';

/** A database that notes what is written to the ITSM: in order, and only what was committed. */
export function recordingDatabase(database: Database, writes: ItsmWrite[]): Database {
  return {
    transaction: async (work) => {
      const { result, written } = await database.transaction(async (tx) => {
        const noted: ItsmWrite[] = [];
        const itsm = recordingItsm(tx.itsm, noted);
        return { result: await work({ ...tx, itsm }), written: noted };
      });
      writes.push(...written);
      return result;
    },
  };
}

const recordingItsm = (itsm: Itsm, writes: ItsmWrite[]): Itsm => ({
  ...itsm,
  insertTicket: async (fields, now) => {
    const key = await itsm.insertTicket(fields, now);
    writes.push({ kind: 'insert-ticket', key, fields });
    return key;
  },
  insertChange: async (fields, now) => {
    const key = await itsm.insertChange(fields, now);
    writes.push({ kind: 'insert-change', key, fields });
    return key;
  },
  insertAttachment: async (ticketKey, file, fields, now) => {
    const key = await itsm.insertAttachment(ticketKey, file, fields, now);
    const { name, contentType, size } = file;
    writes.push({ kind: 'insert-attachment', key, ticketKey, file: { name, contentType, size }, fields });
    return key;
  },
  insertApproval: async (ticketKey, approvalId, fields, now) => {
    const key = await itsm.insertApproval(ticketKey, approvalId, fields, now);
    writes.push({ kind: 'insert-approval', key, ticketKey, approvalId, fields });
    return key;
  },
  updateApproval: async (ticketKey, key, fields, now) => {
    await itsm.updateApproval(ticketKey, key, fields, now);
    if (Object.keys(fields).length > 0) writes.push({ kind: 'update-approval', key, ticketKey, fields });
  },
  updateTicket: async (key, fields, now) => {
    await itsm.updateTicket(key, fields, now);
    if (Object.keys(fields).length > 0) writes.push({ kind: 'update-ticket', key, fields });
  },
  setProviderNumber: async (key, providerNumber, now) => {
    await itsm.setProviderNumber(key, providerNumber, now);
    writes.push({ kind: 'set-provider-number', key, providerNumber });
  },
  insertComment: async (ticketKey, fields, now) => {
    const key = await itsm.insertComment(ticketKey, fields, now);
    writes.push({ kind: 'insert-comment', key, ticketKey, fields });
    return key;
  },
});
