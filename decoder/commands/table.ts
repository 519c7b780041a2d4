/** Rows under their headings, in columns as wide as their widest cell; numbers stand on the right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = headings.map((heading, column) => {
    const cells = rows.map((row) => row[column] ?? "");
    const width = Math.max(heading.length, ...cells.map((cell) => cell.length));
    const isNumber = cells.every((cell) => /^[\d,.]*$/.test(cell)) && cells.some((cell) => cell !== "");
    return (cell: string) => (isNumber ? cell.padStart(width) : cell.padEnd(width));
  });
  return [headings, ...rows]
    .map((row) =>
      columns
        .map((pad, at) => pad(row[at] ?? ""))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
