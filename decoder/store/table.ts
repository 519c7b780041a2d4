/** What a column holds, in JavaScript: BLOB as hexadecimal digits, BIGINT as a number. */
export type Cell = string | number | boolean | null;

/** The types that columns have here, by their names in DuckDB. */
export type ColumnType = "BLOB" | "VARCHAR" | "INTEGER" | "BIGINT" | "BOOLEAN" | "DATE";

/** A column: its name, its type, and whether it can be without a value. */
export type Column = readonly [name: string, type: ColumnType, nullable?: "NULL"];

/** A table: how it is made, and how its rows are written and read. */
export interface Table<T> {
  readonly name: string;
  /** In order. */
  readonly columns: readonly Column[];
  /** A row's cells, in the order of the columns. */
  write(row: T): Cell[];
  /** What {@link write} wrote. */
  read(cells: readonly Cell[]): T;
}

/**
 * A table with a column for each member of an object.
 *
 * @param columns by member, in order.
 */
export function plainTable<T>(name: string, columns: Readonly<Record<keyof T & string, Column>>): Table<T> {
  const members = Object.keys(columns) as (keyof T & string)[];
  return {
    name,
    columns: Object.values(columns),
    write: (row) => members.map((member) => row[member] as Cell),
    read: (cells) => Object.fromEntries(members.map((member, at) => [member, cells[at]])) as T,
  };
}
