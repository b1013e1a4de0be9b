/**
 * The provider's ticket numbers come with their `e-` (`e-CS0204070`) or, by a switch of the provider's that the client
 * cannot see, without it. Both spellings are one ticket.
 */
export const isSameProviderTicket = (one: string, other: string): boolean => bare(one) === bare(other);

/** The same number in its other spelling. */
export const otherSpelling = (number: string): string =>
  number.startsWith('e-') ? bare(number) : `e-${number}`;

const bare = (number: string): string => number.replace(/^e-/, '');
