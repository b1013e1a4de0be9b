/**
 * Tells two texts apart without keeping them: 53 bits of them and their length. Nobody is kept from making two that are
 * alike by intent: that is the provider's or the client's own harm, a continuation that is not sent anew or a file of its own
 * that is taken for another.
 */
export function textDigest(text: string): string {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2654435761);
    other = Math.imul(other ^ unit, 1597334677);
  }
  const mixed = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  const rest = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  const bits = 4294967296 * (2097151 & rest) + (mixed >>> 0);
  return `${text.length}-${bits.toString(36)}`;
}
