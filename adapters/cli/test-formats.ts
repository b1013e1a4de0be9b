/** How `bridgehead test` tells its results: a file of its own, so that other commands need not load what plays tests. */
export const TEST_FORMATS = ['text', 'json'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];
