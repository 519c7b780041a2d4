import type { DatedId } from "../store/contract.ts";
import type { Cell, ColumnType, Table } from "../store/table.ts";
import type { Session, Value } from "./session.ts";

/** Rows that one statement writes: a few megabytes of parameters at most. */
const WRITTEN_ROWS = 5000;

/** Names of types in PostgreSQL. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  BLOB: "bytea",
  VARCHAR: "text",
  INTEGER: "integer",
  BIGINT: "bigint",
  BOOLEAN: "boolean",
  DATE: "date",
};

type Columns = Pick<Table<never>, "columns">;

/**
 * SQL of all columns as {@link Table.read} takes them.
 *
 * @param alias of the table in the query.
 */
export function columnsOf({ columns }: Columns, alias: string): string {
  return columns
    .map(([name, type]) => {
      if (type === "BLOB") return `encode(${alias}.${name}, 'hex')`;
      return type === "BIGINT" ? `${alias}.${name}::float8` : `${alias}.${name}`;
    })
    .join(", ");
}

/** Hexadecimal digits as a parameter of type bytea, or a member of one of type bytea[]. */
export function octets(digits: string): string {
  return `\\x${digits}`;
}

/** Finds rows by day and id; @param id the column with the ids that are looked for. */
export async function find<T>(session: Session, table: Table<T>, id: string, ids: readonly DatedId[]): Promise<T[]> {
  if (ids.length === 0) return [];
  const rows = await session.rows(
    `SELECT ${columnsOf(table, "t")} FROM ${table.name} t
     WHERE (t.day, t.${id}) IN (SELECT * FROM unnest($1::integer[], $2::bytea[]))`,
    [ids.map(({ day }) => day), ids.map((wanted) => octets(wanted.id))],
  );
  return rows.map(table.read);
}

/** Adds rows, or puts them in the place of those with the same key; @param key columns, empty for a table without one. */
export async function write<T>(
  session: Session,
  table: Table<T>,
  key: readonly string[],
  rows: readonly T[],
): Promise<void> {
  const names = table.columns.map(([name]) => name);
  const parameters = table.columns.map(([, type], at) => `$${at + 1}::${TYPES[type]}[]`);
  const others = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  const conflict = key.length === 0 ? "" : `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${others.join(", ")}`;
  for (let at = 0; at < rows.length; at += WRITTEN_ROWS) {
    const cells = rows.slice(at, at + WRITTEN_ROWS).map(table.write);
    await session.run(
      `INSERT INTO ${table.name} (${names.join(", ")}) SELECT * FROM unnest(${parameters.join(", ")}) ${conflict}`,
      table.columns.map(([, type], column): Value => cells.map((row) => parameterOf(type, row[column] as Cell))),
    );
  }
}

function parameterOf(type: ColumnType, cell: Cell): string | number | null {
  if (type === "BLOB" && cell !== null) return octets(cell as string);
  return typeof cell === "boolean" ? String(cell) : cell;
}
