import type { SinkName } from '../../engine/domain/alarm.ts';
import type { AlarmNotice, AlarmSink } from '../../engine/runtime/ports.ts';

/** The simulated twin of both sinks: keeps what it was told, in order. `fails` says why it does not take something. */
export function collectedSink(
  name: SinkName,
  fails: (notice: AlarmNotice) => string | null = () => null,
): AlarmSink & { readonly notices: readonly AlarmNotice[] } {
  const notices: AlarmNotice[] = [];
  return {
    name,
    notices,
    send: async (notice) => {
      const reason = fails(notice);
      if (reason !== null) return { kind: 'failed', reason };
      notices.push(notice);
      return { kind: 'told' };
    },
  };
}
