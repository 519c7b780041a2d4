const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/**
 * A horizontal bar of block elements, exact to an eighth of a character. What is more than nothing is seen.
 *
 * @param share 0 to 1; beyond that it is cut.
 * @returns at most `width` characters, without blanks behind them.
 */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const shown = share > 0 ? Math.max(1, eighths) : eighths;
  return "█".repeat(shown >> 3) + (EIGHTHS[shown & 7] ?? "");
}

/**
 * A course of numbers as a line of block elements, from 0 to the greatest. Where there are more than characters, each
 * stands for the mean of several.
 *
 * @param numbers null leaves a blank.
 */
export function sparkline(numbers: readonly (number | null)[], width: number): string {
  const columns = Math.min(width, numbers.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const part = numbers.slice(
      Math.floor((column * numbers.length) / columns),
      Math.floor(((column + 1) * numbers.length) / columns),
    );
    const known = part.filter((number) => number !== null);
    return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0) / known.length;
  });
  const most = Math.max(0, ...means.map((mean) => mean ?? 0));
  return means
    .map((mean) => {
      if (mean === null) return " ";
      if (most === 0) return LEVELS[0];
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.floor((mean / most) * LEVELS.length)))];
    })
    .join("");
}
