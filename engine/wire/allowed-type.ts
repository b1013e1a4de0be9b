import { extensionOf } from './safe-file-name.ts';

/** What runs when it is opened: taken only where its extension is named. */
const PROGRAM_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    'app bat cmd com cpl dll dmg exe hta inf jar js jse lnk msc msi msp pif ps1 ps1xml psm1 reg scf scr sh shb sys vb vbe vbs ' +
    'ws wsc wsf wsh'
  ).split(' '),
);

/** What is taken unless a contract says otherwise: texts, documents, pictures, logs, mails and archives. */
export const TYPES_DEFAULT: readonly string[] = (
  'txt log csv json xml yaml yml md pdf doc docx xls xlsx ppt pptx odt ods odp rtf png jpg jpeg gif bmp tif tiff webp heic svg ' +
  'eml msg ics zip gz tgz tar 7z pcap pcapng evtx mp4 mov har'
).split(' ');

/** Why a file of that name and content type is not taken; null: it is. */
export function refusedType(
  types: readonly string[],
  name: string,
  contentType: string | null,
): string | null {
  const extension = extensionOf(name);
  if (extension !== '' && types.includes(extension)) return null;
  if (PROGRAM_EXTENSIONS.has(extension)) return `files with the extension .${extension} are not taken`;
  if (types.includes('*/*')) return null;
  if (contentType !== null && types.some((type) => isMeant(contentType, type))) return null;
  const what = extension === '' ? 'without an extension' : `with the extension .${extension}`;
  return `files ${what}${contentType === null ? '' : ` of type ${contentType}`} are not taken`;
}

/** May a file be a program, by its name? */
export const mayBeProgram = (types: readonly string[], name: string): boolean => {
  const extension = extensionOf(name);
  return PROGRAM_EXTENSIONS.has(extension) && types.includes(extension);
};

const isMeant = (contentType: string, type: string): boolean =>
  type.includes('/') &&
  (type.endsWith('/*') ? contentType.startsWith(type.slice(0, -1)) : contentType === type);
