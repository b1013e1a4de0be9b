import { fileTypeFromBuffer } from 'file-type/core';

/** What a file's first bytes say that it is. */
export interface ContentKind {
  /** As in a Content-Type header, without parameters. */
  readonly type: string;
  /** A program for Windows (an MZ header), whatever the file is called. */
  readonly isProgram: boolean;
}

/** So much of a file's beginning tells what it is; an office's file may need the most of it. */
export const CONTENT_HEAD_BYTES = 64 * 1024;

/**
 * Tells what a file is from its first bytes. The name never decides against them: it only picks among what the bytes
 * leave open, as of texts (`text/csv`, `application/json`) and of the containers that offices use.
 *
 * @param head the first CONTENT_HEAD_BYTES, or the whole file if it is shorter
 */
export async function contentKind(name: string, head: Uint8Array): Promise<ContentKind> {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const detected = (await fileTypeFromBuffer(head))?.mime ?? null;
  const text = readText(head);
  if (text !== null) {
    // Two letters make a bitmap or a program of many a text: only formats that are texts are believed of one.
    const named = textType(extension, text);
    if (detected === null || !IS_TEXT_FORMAT.test(detected)) return { type: named, isProgram: false };
    const isKindOfXml = detected === 'application/xml' && /svg|html/.test(named);
    return { type: isKindOfXml ? named : detected, isProgram: false };
  }
  const isProgram = head[0] === 0x4d && head[1] === 0x5a;
  if (isProgram) return { type: 'application/x-msdownload', isProgram };
  // What only begins as a text is none.
  const binary = detected !== null && IS_TEXT_ONLY.test(detected) ? null : detected;
  return { type: inContainer(binary, extension) ?? binary ?? 'application/octet-stream', isProgram };
}

/** Formats that are texts, or begin as one. */
const IS_TEXT_FORMAT =
  /^(?:text\/.+|application\/(?:xml|rtf|pdf|postscript|eps|.+\+xml)|image\/(?:gif|svg\+xml)|message\/.+)$/;

/** Formats whose files are texts to their end. */
const IS_TEXT_ONLY = /^(?:text\/.+|application\/(?:xml|rtf|postscript|.+\+xml)|image\/svg\+xml|message\/.+)$/;

/** The text that a file begins with; null: it is none. What is cut at the end of the head is no fault. */
function readText(head: Uint8Array): string | null {
  if (head.length === 0) return '';
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  const text = decode(head, encoding) ?? decode(head, 'windows-1252');
  return text === null || CONTROL.test(text) ? null : text;
}

function decode(head: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** Characters that no text has: controls, but for tab, line and page breaks and the escape of terminals. */
// eslint-disable-next-line no-control-regex -- it is these that are looked for
const CONTROL = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/;

/** The kind of text that a name promises, and how such a text begins. */
const TEXTS: Readonly<Record<string, { readonly type: string; readonly begins?: RegExp }>> = {
  csv: { type: 'text/csv' },
  tsv: { type: 'text/tab-separated-values' },
  md: { type: 'text/markdown' },
  css: { type: 'text/css' },
  ics: { type: 'text/calendar', begins: /^BEGIN:VCALENDAR/i },
  vcf: { type: 'text/vcard', begins: /^BEGIN:VCARD/i },
  htm: { type: 'text/html', begins: /^</ },
  html: { type: 'text/html', begins: /^</ },
  json: { type: 'application/json', begins: /^[[{"\d-]|^(?:true|false|null)\b/ },
  xml: { type: 'application/xml', begins: /^</ },
  svg: { type: 'image/svg+xml', begins: /^<[^]*<svg\b|^<svg\b/i },
  // A mail begins with its header: a name, a colon.
  eml: { type: 'message/rfc822', begins: /^[!-9;-~]+:/ },
};

function textType(extension: string, text: string): string {
  const known = Object.hasOwn(TEXTS, extension) ? TEXTS[extension] : undefined;
  if (known === undefined) return 'text/plain';
  const begins = text.replace(/^\ufeff/, '').trimStart();
  return known.begins === undefined || known.begins.test(begins) ? known.type : 'text/plain';
}

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';

/** Containers of offices: the bytes tell the container, and beyond the head only the name what is in it. */
const CONTAINERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'application/zip': {
    docx: `${OPEN_XML}.wordprocessingml.document`,
    xlsx: `${OPEN_XML}.spreadsheetml.sheet`,
    pptx: `${OPEN_XML}.presentationml.presentation`,
    odt: 'application/vnd.oasis.opendocument.text',
    ods: 'application/vnd.oasis.opendocument.spreadsheet',
    odp: 'application/vnd.oasis.opendocument.presentation',
  },
  'application/x-cfb': {
    doc: 'application/msword',
    xls: 'application/vnd.ms-excel',
    ppt: 'application/vnd.ms-powerpoint',
    msg: 'application/vnd.ms-outlook',
  },
};

const inContainer = (detected: string | null, extension: string): string | null => {
  const inside = detected === null ? undefined : CONTAINERS[detected];
  return inside !== undefined && Object.hasOwn(inside, extension) ? (inside[extension] ?? null) : null;
};
