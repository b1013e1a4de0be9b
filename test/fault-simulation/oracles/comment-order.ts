/** Of two comments, the one that was dated and committed before the other arrives first. */
export function outOfOrder(
  written: readonly {
    readonly order: number;
    readonly dated: number;
    readonly comment: { readonly body: string };
  }[],
  arrived: readonly string[],
): readonly string[] {
  const faults: string[] = [];
  for (const [index, first] of written.entries()) {
    for (const second of written.slice(index + 1)) {
      const inOrder = Math.floor(first.dated / 1000) <= Math.floor(second.dated / 1000);
      const [one, other] = [arrived.indexOf(first.comment.body), arrived.indexOf(second.comment.body)];
      if (inOrder && one !== -1 && other !== -1 && one > other)
        faults.push(`"${second.comment.body}" arrived before "${first.comment.body}"`);
    }
  }
  return faults;
}
