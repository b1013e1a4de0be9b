import type { Database, Itsm } from '../../engine/runtime/ports.ts';
import type { ItsmWrite } from './rehearsal.ts';

/** A database that notes what is written to the ITSM: in order, and only what was committed. */
export function recordingDatabase(database: Database, writes: ItsmWrite[]): Database {
  /** Of the transaction that runs: there is one at a time. */
  let noted: ItsmWrite[] = [];
  const recordings = new WeakMap<Itsm, Itsm>();
  const recordingOf = (itsm: Itsm): Itsm => {
    const known = recordings.get(itsm) ?? recordingItsm(itsm, (write) => noted.push(write));
    recordings.set(itsm, known);
    return known;
  };
  return {
    transaction: async (work) => {
      const { result, written } = await database.transaction(async ({ itsm, store }) => {
        const own: ItsmWrite[] = [];
        noted = own;
        return { result: await work({ itsm: recordingOf(itsm), store }), written: own };
      });
      writes.push(...written);
      return result;
    },
  };
}

const recordingItsm = (itsm: Itsm, note: (write: ItsmWrite) => void): Itsm => ({
  ...itsm,
  insertTicket: async (fields, now) => {
    const key = await itsm.insertTicket(fields, now);
    note({ kind: 'insert-ticket', key, fields });
    return key;
  },
  insertChange: async (fields, now) => {
    const key = await itsm.insertChange(fields, now);
    note({ kind: 'insert-change', key, fields });
    return key;
  },
  insertAttachment: async (ticketKey, file, fields, now) => {
    const key = await itsm.insertAttachment(ticketKey, file, fields, now);
    const { name, contentType, size } = file;
    note({ kind: 'insert-attachment', key, ticketKey, file: { name, contentType, size }, fields });
    return key;
  },
  insertApproval: async (ticketKey, approvalId, fields, now) => {
    const key = await itsm.insertApproval(ticketKey, approvalId, fields, now);
    note({ kind: 'insert-approval', key, ticketKey, approvalId, fields });
    return key;
  },
  updateApproval: async (ticketKey, key, fields, now) => {
    await itsm.updateApproval(ticketKey, key, fields, now);
    if (Object.keys(fields).length > 0) note({ kind: 'update-approval', key, ticketKey, fields });
  },
  updateTicket: async (key, fields, now) => {
    await itsm.updateTicket(key, fields, now);
    if (Object.keys(fields).length > 0) note({ kind: 'update-ticket', key, fields });
  },
  setProviderNumber: async (key, providerNumber, now) => {
    await itsm.setProviderNumber(key, providerNumber, now);
    note({ kind: 'set-provider-number', key, providerNumber });
  },
  insertComment: async (ticketKey, fields, now) => {
    const key = await itsm.insertComment(ticketKey, fields, now);
    note({ kind: 'insert-comment', key, ticketKey, fields });
    return key;
  },
});
