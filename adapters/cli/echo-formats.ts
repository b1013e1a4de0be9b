/** How an echo-test tells its report: a file of its own, so that other commands need not load what makes it. */
export const ECHO_FORMATS = ['text', 'json', 'markdown'] as const;
export type EchoFormat = (typeof ECHO_FORMATS)[number];
