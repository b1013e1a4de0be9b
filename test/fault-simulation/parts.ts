/** Texts as they were before they were divided: parts that follow each other without a gap are one. */
export function whole(bodies: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (let index = 0; index < bodies.length; index += 1) {
    const [, , count = '0'] = PART.exec(bodies[index] ?? '') ?? [];
    const parts = bodies.slice(index, index + Number(count)).map((body) => PART.exec(body));
    const isWhole =
      parts.length > 0 && parts.every((part, at) => part?.[1] === String(at + 1) && part[2] === count);
    texts.push(isWhole ? parts.map((part) => part?.[3] ?? '').join('') : (bodies[index] ?? ''));
    if (isWhole) index += parts.length - 1;
  }
  return texts;
}

const PART = /^\((\d+)\/(\d+)\) ([^]*)$/;
