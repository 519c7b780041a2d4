const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A moment as people read it, in UTC; seconds are left out when they are zero. */
export function formatMoment(unixSeconds: number): string {
  const moment = new Date(unixSeconds * 1000);
  // A damaged or hostile file may name a time that no calendar has.
  if (Number.isNaN(moment.getTime())) return String(unixSeconds);
  return moment
    .toISOString()
    .replace("T", " ")
    .replace(/(:00)?\.000Z$/, "");
}

/** A number of octets as people read it: `118 B`, `1.2 MB`. */
export function formatSize(octets: number): string {
  let unit = 0;
  let value = octets;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}

/** A count with its noun: `1 segment`, `2 segments`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Rows in columns of equal width, as lines; the columns named in `right` hold numbers. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
