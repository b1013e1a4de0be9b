/** `412 ns`, `3.1 µs`, `2.4 ms`, `1.2 s`. */
export function timeText(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1e6) return `${threeDigits(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${threeDigits(nanoseconds / 1e6)} ms`;
  return `${threeDigits(nanoseconds / 1e9)} s`;
}

/** `0.83 ×`, `1.6 ×`, `113 ×`. */
export const ratioText = (ratio: number): string => `${threeDigits(ratio)} ×`;

/** Enough digits to compare by, and no more. */
const threeDigits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
