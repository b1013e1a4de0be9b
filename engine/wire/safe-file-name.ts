/** Bytes of UTF-8: file systems take 255, and the engine puts a name of its own in front. */
export const FILE_NAME_BYTES_MAX = 180;
const EXTENSION_LENGTH_MAX = 20;
const NAME_WITHOUT_NAME = 'attachment';

/** What Windows keeps for devices, whatever extension follows. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?:\.|$)/i;

/**
 * A name of the provider's as the name of a file that does no harm anywhere: no separator, no control or invisible
 * character (the ones that turn the direction of text make `exe.pdf` of `fdp.exe`), no name that means a device, a hidden file
 * or a directory, no more than FILE_NAME_BYTES_MAX bytes, its extension kept. Applied again it changes nothing.
 */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    // Control, format and unassigned characters, surrogates without their partner, and separators of lines.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/\p{Zs}+/gu, ' ');
  const whole = trimmed(cut(trimmed(plain)));
  if (whole === '') return NAME_WITHOUT_NAME;
  return RESERVED.test(whole) ? trimmed(cut(`_${whole}`)) : whole;
}

/** No dots and blanks at either end: the one hides a file or means a directory, the other is lost on some systems. */
const trimmed = (text: string): string => text.replace(/^[. ]+/, '').replace(/[. ]+$/, '');

function cut(name: string): string {
  if (bytesOf(name) <= FILE_NAME_BYTES_MAX) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= EXTENSION_LENGTH_MAX ? name.slice(dot) : '';
  const room = FILE_NAME_BYTES_MAX - bytesOf(extension);
  let stem = '';
  let bytes = 0;
  // By characters, not by halves of them.
  for (const character of name.slice(0, name.length - extension.length)) {
    bytes += bytesOf(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem.replace(/[. ]+$/, '') + extension;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** In lower case, without its dot; empty: it has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}
