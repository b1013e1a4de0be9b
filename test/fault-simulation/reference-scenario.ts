import { minutes, seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
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
import { FAULT_KINDS, settingsOf, type FaultKind, type Settings } from './settings.ts';
import type { World } from './world.ts';

/** Nothing goes wrong, one process works. */
export function referenceSettings(contract: SampleClient): Settings {
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

/** One ticket of each side from its opening to its end, and everything that crosses on the way. */
export function referenceScenario(world: World): readonly Subject[] {
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
  at(seconds(35), () => changeHere(world, ours, { custom: words.custom(chance) }));
  at(seconds(36), () => commentHere(world, theirs, true));
  at(seconds(70), () =>
    actThere(world, ours, 'edits', (number) =>
      desk.update(number, { status: 'workinprogress', description: 'Looked at.' }),
    ),
  );
  at(seconds(70), () => actThere(world, ours, 'comments', (number) => desk.comment(number, { body: 'd0' })));
  at(seconds(71), () => changeHere(world, ours, { [groupField]: groups.unknown }));
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
