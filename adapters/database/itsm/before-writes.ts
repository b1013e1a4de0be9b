import type { Itsm } from '../../../engine/runtime/ports.ts';

/** The same ITSM, with something done before each write to the ticket with this key; null: to one that is not there yet. */
export function beforeWrites(itsm: Itsm, act: (key: string | null) => void | Promise<void>): Itsm {
  const first = async <Result>(key: string | null, write: () => Promise<Result>): Promise<Result> => {
    await act(key);
    return write();
  };
  return {
    ...itsm,
    insertTicket: (...given) => first(null, () => itsm.insertTicket(...given)),
    insertChange: (...given) => first(null, () => itsm.insertChange(...given)),
    updateTicket: (...given) => first(given[0], () => itsm.updateTicket(...given)),
    setProviderNumber: (...given) => first(given[0], () => itsm.setProviderNumber(...given)),
    insertComment: (...given) => first(given[0], () => itsm.insertComment(...given)),
    insertAttachment: (...given) => first(given[0], () => itsm.insertAttachment(...given)),
    insertApproval: (...given) => first(given[0], () => itsm.insertApproval(...given)),
    updateApproval: (...given) => first(given[0], () => itsm.updateApproval(...given)),
  };
}
