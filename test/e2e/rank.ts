/**
 * Spearman's rank correlation of values with the places they stand in: 1 when they ascend, -1 when they descend, near 0
 * when their order is random.
 *
 * @param values all different.
 */
export function rankCorrelation(values: readonly number[]): number {
  const ranks = new Map([...values].sort((a, b) => a - b).map((value, rank) => [value, rank]));
  const n = values.length;
  const squares = values.reduce((sum, value, place) => sum + ((ranks.get(value) ?? Number.NaN) - place) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
