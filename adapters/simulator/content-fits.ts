/** Beginnings by which a kind of file is known, and the content types that mean it. */
const KNOWN: readonly { readonly begins: readonly number[]; readonly types: RegExp }[] = [
  { begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], types: /^image\/a?png$/ },
  { begins: [0xff, 0xd8, 0xff], types: /^image\/(?:jpeg|jls)$/ },
  { begins: [0x47, 0x49, 0x46, 0x38], types: /^image\/gif$/ },
  { begins: [0x25, 0x50, 0x44, 0x46], types: /^application\/pdf$/ },
  { begins: [0x1f, 0x8b, 0x08], types: /^application\/(?:x-)?gzip$/ },
  // Offices' files are archives.
  { begins: [0x50, 0x4b, 0x03, 0x04], types: /^(?:application|model)\/(?!octet-stream$)/ },
];

const TEXT_TYPES =
  /^(?:text\/.+|message\/rfc822|image\/svg\+xml|application\/(?:json|xml|rtf|postscript|eps|.+\+(?:json|xml)))$/;

/**
 * Whether a content type can be that of a file which begins so. It knows a few kinds of files, and texts; of the rest it
 * believes everything but that they are texts. An empty file is whatever it says.
 */
export function contentFits(contentType: string, head: Uint8Array): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '') return false;
  if (head.length === 0) return true;
  const known = KNOWN.find(({ begins }) => begins.every((byte, index) => head[index] === byte));
  if (known !== undefined) return known.types.test(type);
  return isText(head) ? TEXT_TYPES.test(type) : !TEXT_TYPES.test(type);
}

/** A character that no text has but by mistake. */
const isBinary = (byte: number): boolean =>
  byte < 9 || byte === 11 || byte === 127 || (byte > 13 && byte < 32 && byte !== 27);

/** Texts in UTF-16 say so with their first two bytes. */
const isText = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) || !head.some(isBinary);
