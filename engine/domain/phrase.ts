/** Something said in words, with its names and fixed values marked, so that a page can show them as such. */
export type Phrase = readonly PhrasePart[];

export interface PhrasePart {
  /** `name`: of a field; `literal`: a fixed text; `code`: an expression as it is written. */
  readonly kind: 'text' | 'name' | 'literal' | 'code';
  readonly text: string;
}
