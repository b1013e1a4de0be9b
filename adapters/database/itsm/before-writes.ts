import type { Itsm } from '../../../engine/runtime/ports.ts';

/** The same ITSM, with something done before each write. */
export function beforeWrites(itsm: Itsm, act: () => void): Itsm {
  const first = <Result>(write: () => Promise<Result>): Promise<Result> => {
    act();
    return write();
  };
  return {
    ...itsm,
    insertTicket: (...given) => first(() => itsm.insertTicket(...given)),
    insertChange: (...given) => first(() => itsm.insertChange(...given)),
    updateTicket: (...given) => first(() => itsm.updateTicket(...given)),
    setProviderNumber: (...given) => first(() => itsm.setProviderNumber(...given)),
    insertComment: (...given) => first(() => itsm.insertComment(...given)),
    insertAttachment: (...given) => first(() => itsm.insertAttachment(...given)),
    insertApproval: (...given) => first(() => itsm.insertApproval(...given)),
    updateApproval: (...given) => first(() => itsm.updateApproval(...given)),
  };
}
