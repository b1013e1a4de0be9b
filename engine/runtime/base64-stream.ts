const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;

/** How many bytes so many are as base64 (RFC 4648, 4: with padding, in one line). */
export const base64Size = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** The same bytes as base64, piece by piece: what makes no whole group waits for the next piece. */
export async function* base64Of(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = new Uint8Array(0);
  for await (const piece of bytes) {
    const all = new Uint8Array(left.byteLength + piece.byteLength);
    all.set(left);
    all.set(piece, left.byteLength);
    const length = all.byteLength - (all.byteLength % 3);
    left = all.slice(length);
    if (length > 0) yield encode(all.subarray(0, length));
  }
  if (left.byteLength > 0) yield encode(left);
}

function encode(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(base64Size(bytes.byteLength)).fill(PADDING);
  const letter = (index: number): number => ALPHABET[index] ?? PADDING;
  let to = 0;
  for (let from = 0; from < bytes.byteLength; from += 3, to += 4) {
    const [a = 0, b, c] = [bytes[from], bytes[from + 1], bytes[from + 2]];
    text[to] = letter(a >> 2);
    text[to + 1] = letter(((a & 3) << 4) | ((b ?? 0) >> 4));
    if (b !== undefined) text[to + 2] = letter(((b & 15) << 2) | ((c ?? 0) >> 6));
    if (c !== undefined) text[to + 3] = letter(c & 63);
  }
  return text;
}
