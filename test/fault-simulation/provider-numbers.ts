/** A provider's number without its prefix: both spellings are one ticket. */
export const bareNumber = (number: string): string => number.replace(/^e-/, '');
