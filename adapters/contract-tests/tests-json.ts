import type { JsonObject } from '../../engine/domain/json.ts';
import { failureReasons } from './failure-reasons.ts';
import type { PlayedTest } from './play-test.ts';
import type { TestedFolder } from './test-folder.ts';

/** What `bridgehead test --format json` prints. */
export function testsDocument(tested: readonly TestedFolder[], passed: boolean): JsonObject {
  return {
    passed,
    contracts: tested.map((one) => ({
      folder: one.folder,
      contract: one.contract?.name ?? null,
      diagnostics: one.diagnostics.map((diagnostic) => ({ ...diagnostic, place: { ...diagnostic.place } })),
      tests: one.played.map((played) => testDocument(played, one)),
      coverage:
        one.coverage === null
          ? null
          : {
              ...one.coverage,
              kinds: one.coverage.kinds.map((kind) => ({ ...kind })),
              missed: one.coverage.missed.map(({ kind, place, text }) => ({
                kind,
                place: { ...place },
                text,
              })),
            },
    })),
  };
}

function testDocument(played: PlayedTest, { contract }: TestedFolder): JsonObject {
  const { test, kind } = played;
  const named = { name: test.name, place: { ...test.place }, result: kind };
  switch (played.kind) {
    case 'passed':
      return named;
    case 'broken':
      return { ...named, reasons: [played.reason] };
    case 'failed': {
      const reasons = contract === null ? [] : failureReasons(contract, played);
      return { ...named, ...played.comparison, reasons };
    }
  }
}
