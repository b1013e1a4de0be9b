import type { Contract } from '../../engine/domain/contract.ts';
import { durationText } from '../../engine/compile/duration.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';
import { alarmSection } from './alarm-section.ts';
import { changeSections } from './change-sections.ts';
import { inboundSections } from './inbound-sections.ts';
import { outboundSections } from './outbound-sections.ts';
import { enumerated, fixed, list, name, say, text, type Page } from './page.ts';

/**
 * A contract as a page that a service manager can read, in the order of a ticket's life. `hash` names the rules, as in
 * the journal.
 */
export function explainContract(contract: Contract, hash: string): Page {
  return {
    title: `The contract ${contract.name}`,
    sections: [
      { heading: 'In short', blocks: [list(summary(contract, hash))] },
      ...outboundSections(contract),
      ...inboundSections(contract),
      ...changeSections(contract),
      alarmSection(contract),
    ],
  };
}

function summary({ clientName, bridge, itsm, name: called }: Contract, hash: string): readonly Phrase[] {
  const { tickets, comments } = itsm;
  const kept = [tickets.table, comments?.table, tickets.customFields?.table].filter(
    (table) => table !== undefined,
  );
  const tables = enumerated(
    kept.map((table) => say`${name(table)}`),
    'and',
  );
  const poll =
    bridge.poll.kind === 'every'
      ? say`every ${text(durationText(bridge.poll.ms))}`
      : say`by the schedule ${fixed(bridge.poll.expression)} (${text(bridge.poll.timeZone)})`;
  return [
    say`The provider knows us as ${fixed(clientName)}.`,
    say`Our tickets live in ${text(kept.length === 1 ? 'the table' : 'the tables')} ${tables}, with dates in ${text(itsm.database.timeZone)}.`,
    say`The provider's queue and our tables are looked at ${poll}; an answer of the provider is waited for ${text(durationText(bridge.timeoutMs))}.`,
    say`These are the rules ${text(hash)} of ${name(called)}; the journal names them so.`,
  ];
}
