/** What is written to: a terminal, a file, a text. */
export interface Output {
  write(text: string): unknown;
}
