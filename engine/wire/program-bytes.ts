/** What programs begin with, on the systems that run them, and what begins with a program's name. */
const PROGRAMS: readonly { readonly what: string; readonly bytes: readonly number[] }[] = [
  { what: 'a Windows program', bytes: [0x4d, 0x5a] },
  { what: 'a Linux program', bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { what: 'a macOS program', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { what: 'a macOS program', bytes: [0xca, 0xfe, 0xba, 0xbe] },
  { what: 'a script', bytes: [0x23, 0x21] },
  { what: 'a Windows link', bytes: [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00] },
];

/** Bytes that are enough to tell. */
export const PROGRAM_BYTES_MAX = Math.max(...PROGRAMS.map(({ bytes }) => bytes.length));

/** What kind of program a file is, by its first bytes, whatever it is called; null: none that is known. */
export const programIn = (first: Uint8Array): string | null =>
  PROGRAMS.find(({ bytes }) => bytes.every((byte, at) => first[at] === byte))?.what ?? null;
