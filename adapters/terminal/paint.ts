const STYLES = { good: '32', bad: '31', strong: '1', dim: '2' } as const;

/** Colours a text for a terminal; `color` is false where nobody sees colours. */
export const paint = (text: string, style: keyof typeof STYLES, color: boolean): string =>
  color && text !== '' ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
