import { TWICE, REPEATED } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** One ticket there for one here. */
export const LINKING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a second Create opens a second ticket',
    because: 'a Create opens a ticket',
    file: 'engine/decide/decide-message.ts',
    find: `    case 'Create':
      if (lane.clientTicket === null)`,
    replace: `    case 'Create':
      if (lane.clientTicket === null || textOf(context, 'clientTicketNumber') === '')`,
    focus: REPEATED,
  },
  {
    name: 'numberOwed forgotten',
    because: 'the row has the number, so both sides know the ticket',
    file: 'engine/runtime/open-ticket.ts',
    find: `      numberOwed: true,`,
    replace: `      numberOwed: false,`,
  },
  {
    name: 'surplus not cancelled',
    because: 'it was told to the operator',
    file: 'engine/runtime/surplus-lane.ts',
    find: `{ surplus: [...lane.state.surplus, providerTicket] }`,
    replace: `{ surplus: lane.state.surplus }`,
    focus: TWICE,
  },
  {
    name: "what is said of a surplus ticket is nobody's",
    because: 'it is cancelled, so nobody writes to it any more',
    file: 'engine/runtime/surplus-lane.ts',
    find: `  if (!isOthers) {`,
    replace: `  if (!isOthers && now === 0) {`,
    focus: { ...TWICE, returnNumber: 'lost', leavesNumberOut: true, notesCarryAllFields: false },
  },
  {
    name: 'a second provider ticket takes over',
    because: 'the newest number is the right one',
    file: 'engine/decide/decide-message.ts',
    find: `      : { kind: 'surplus', providerTicket };
  }

  switch (type) {`,
    replace: `      : { kind: 'link', providerTicket };
  }

  switch (type) {`,
    focus: TWICE,
  },
];
