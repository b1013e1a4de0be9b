import { minutes, seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { Chance } from './chance.ts';
import {
  actThere,
  changeHere,
  commentHere,
  newSubject,
  openHere,
  openThere,
  type Subject,
} from './people.ts';
import { commentOnChange, decideHere, draftThere, noteChange } from './change-people.ts';
import { attachMade, plainFile, programFile, type MadeFile } from './files-of-provider.ts';
import type { ChangeResult } from '../../adapters/simulator/change-desk.ts';
import type { Decided } from './history.ts';
import { FAULT_KINDS, settingsOf, type FaultKind, type Settings } from './settings.ts';
import type { World } from './world.ts';

/** Nothing goes wrong, one process works. */
export function referenceSettings(contract: SampleItsm): Settings {
  const rates = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  return {
    ...settingsOf(1, contract),
    rates,
    activeMs: minutes(5),
    latencyMsMax: 100,
    processes: 1,
    skewMsMax: 0,
    returnNumber: 'lost',
    errorsWith200: false,
  };
}

/**
 * One ticket of each side from its opening to its end, and everything that crosses on the way; and where the contract takes
 * changes, one of them with its approvals.
 */
export function referenceScenario(world: World): readonly Subject[] {
  return world.contract.changes === null ? tickets(world) : [...tickets(world), change(world)];
}

/** Assessed, approved by one and rejected by another, redrafted, assessed again, approved, closed; comments either way. */
function change(world: World): Subject {
  const { scheduler, settings, changes } = world;
  const theirs = newSubject(2, true, 'change');
  const chance = new Chance(1, 'reference change');
  const at = (ms: Milliseconds, act: () => unknown): void => {
    scheduler.at(settings.origin + ms, () => void act());
  };
  const there = (words: string, does: (number: string) => ChangeResult) => (): void => {
    const number = theirs.providerTicket;
    if (number !== null) noteChange(world, words, () => does(number));
  };
  const decide = async (place: number, decision: Decided['decision']): Promise<void> => {
    const row = (await world.ticketOf(theirs))?.change?.approvals[place];
    if (row !== undefined) await decideHere(world, theirs, row.key, decision, null);
  };
  const ask = there('asks', (number) =>
    changes.requestApproval(number, { approverEmail: 'change-manager@initech.example' }),
  );
  const assess = there('hands on', (number) => changes.update(number, { state: 'Assess', risk: 'High' }));

  at(seconds(4), () => draftThere(world, theirs, chance, 'Normal'));
  at(seconds(8), assess);
  at(seconds(9), ask);
  at(seconds(10), ask);
  at(
    seconds(75),
    there('comments', (number) => changes.comment(number, { body: 'd2' })),
  );
  at(seconds(75), () => attachMade(world, theirs, longFile));
  at(seconds(76), () => decide(0, 'approved'));
  at(seconds(77), () => decide(1, 'rejected'));
  at(seconds(78), () => commentOnChange(world, theirs, true));
  at(
    seconds(150),
    there('redrafts', (number) => changes.redraft(number)),
  );
  at(seconds(190), () => commentOnChange(world, theirs, true));
  at(seconds(191), assess);
  at(seconds(192), ask);
  at(seconds(250), () => decide(0, 'approved'));
  at(
    seconds(290),
    there('closes', (number) => changes.close(number, { closeCode: 'Successful' })),
  );
  return theirs;
}

/** Comes in more than one part. */
const longFile = (label: string): MadeFile => plainFile(`${label}.zip`, { size: 100_000 });

function tickets(world: World): readonly Subject[] {
  const { scheduler, settings, words, desk } = world;
  const [ours, theirs] = [newSubject(0, true), newSubject(1, true)];
  const at = (ms: Milliseconds, act: () => unknown): void => {
    scheduler.at(settings.origin + ms, () => void act());
  };
  const chance = new Chance(1, 'reference scenario');
  const { status, statusField, resolutionField, groupField, groups } = words;

  at(seconds(3), () => openHere(world, ours, chance));
  at(seconds(5), () => commentHere(world, ours, true));
  at(seconds(6), () => openThere(world, theirs, chance));
  const { custom } = words;
  at(seconds(35), () =>
    changeHere(
      world,
      ours,
      custom === null ? words.edit(chance, {}, 'T0', false) : { custom: custom(chance) },
    ),
  );
  at(seconds(36), () => commentHere(world, theirs, true));
  at(seconds(70), () =>
    actThere(world, ours, 'edits', (number) =>
      desk.update(number, { status: 'workinprogress', description: 'Looked at.' }),
    ),
  );
  at(seconds(70), () => actThere(world, ours, 'comments', (number) => desk.comment(number, { body: 'd0' })));
  at(seconds(70), () => attachMade(world, ours, longFile));
  at(seconds(71), () => attachMade(world, theirs, programFile));
  at(seconds(71), () => changeHere(world, ours, { [groupField]: groups.unknown ?? groups.own[0] ?? '' }));
  at(seconds(100), () => commentHere(world, ours, true));
  at(seconds(101), () =>
    actThere(world, theirs, 'resolves', (number) => desk.resolve(number, { closeNotes: 'Mended there.' })),
  );
  at(seconds(130), () =>
    changeHere(world, ours, { [statusField]: status.resolved, [resolutionField]: 'Mended.' }),
  );
  at(seconds(160), () => changeHere(world, ours, { [statusField]: status.closed }));
  at(seconds(190), () =>
    actThere(world, theirs, 'closes', (number) => desk.close(number, { closeNotes: 'Over.' })),
  );
  return [ours, theirs];
}
