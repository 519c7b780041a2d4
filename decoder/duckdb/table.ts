import type { Table } from "../store/table.ts";

/** SQL that makes a table; no keys, see {@link TABLES}. */
export function creationOf({ name, columns }: Pick<Table<never>, "name" | "columns">, catalog: string): string {
  const definitions = columns.map(([column, type, nullable]) => `${column} ${type} ${nullable ?? "NOT NULL"}`);
  return `CREATE TABLE ${catalog}.${name} (${definitions.join(", ")})`;
}

/**
 * SQL of all columns as {@link Table.read} takes them.
 *
 * @param alias of the table in the query.
 */
export function columnsOf({ columns }: Pick<Table<never>, "columns">, alias: string): string {
  return columns
    .map(([name, type]) => {
      if (type === "BLOB") return `lower(hex(${alias}.${name}))`;
      return type === "BIGINT" ? `${alias}.${name}::DOUBLE` : `${alias}.${name}`;
    })
    .join(", ");
}
