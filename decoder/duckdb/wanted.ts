import type { DatedId } from "../store/contract.ts";
import { plainTable, type Table } from "../store/table.ts";
import type { Session } from "./session.ts";
import { columnsOf, creationOf } from "./table.ts";

/** Ids that a statement is about. Thousands of them are a table sooner than a parameter. */
const WANTED = plainTable<DatedId>("wanted", { day: ["day", "INTEGER"], id: ["id", "BLOB"] });

/** SQL that makes the table, once in a session. */
export const CREATE_WANTED = creationOf(WANTED, "temp").replace("CREATE", "CREATE TEMP");

/** Says which ids the next statement is about. */
async function want(session: Session, ids: readonly DatedId[]): Promise<void> {
  await session.run("TRUNCATE temp.wanted");
  await session.append("temp", WANTED, ids);
}

/** Says which ids the next statement is about, and that they are to be looked for in all of the file. */
export async function wantOfAnyDay(session: Session, ids: readonly string[]): Promise<void> {
  await want(
    session,
    ids.map((id) => ({ day: 0, id })),
  );
}

/**
 * Finds rows by day and id.
 *
 * @param id the column with the ids that are looked for.
 */
export async function find<T>(session: Session, table: Table<T>, id: string, ids: readonly DatedId[]): Promise<T[]> {
  if (ids.length === 0) return [];
  await want(session, ids);
  const rows = await session.query(
    `SELECT ${columnsOf(table, "t")} FROM store.${table.name} t
     SEMI JOIN temp.wanted w ON t.day = w.day AND t.${id} = w.id WHERE ${onDaysOf(ids)} ORDER BY ALL`,
  );
  return rows.map(table.read);
}

/** Puts rows in the place of those with the same day and id. */
export async function replace<T extends { readonly day: number }>(
  session: Session,
  table: Table<T>,
  id: { readonly column: string; of(row: T): string },
  rows: readonly T[],
): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => ({ day: row.day, id: id.of(row) }));
  await want(session, ids);
  await session.run(
    `DELETE FROM store.${table.name} t USING temp.wanted w
     WHERE t.day = w.day AND t.${id.column} = w.id AND ${onDaysOf(ids)}`,
  );
  await session.append("store", table, rows);
}

/** The days said outright, so that DuckDB leaves out the parts of the file that have none of them. */
function onDaysOf(ids: readonly DatedId[]): string {
  return `t.day IN (${[...new Set(ids.map(({ day }) => day))].join(", ")})`;
}
