import { StoreError } from "../errors.ts";
import type { Database } from "./database.ts";
import { isState, SQLSTATE } from "./failure.ts";
import { takeLock } from "./lock.ts";
import { FORMAT, MIGRATIONS } from "./migrations.ts";
import type { RecordsPlace } from "./place.ts";
import type { Session } from "./session.ts";

/** Version of the tables that this program is for. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** What a schema can be found as: not there at all, there with nothing in it, or of a version. */
type Found = "missing" | "empty" | number;

/**
 * Sees to it that a store's tables are there in the version that this program is for. For writing they are made, or
 * brought to it, in one transaction under the lock of whoever writes: as a file is, and by no command of its own, since
 * records have one owner, whose login scans anyway.
 *
 * @throws StoreError `SOTTO_STORE_MISSING`, `SOTTO_STORE_FOREIGN`, `SOTTO_STORE_NEWER`, `SOTTO_STORE_OLDER`,
 *   `SOTTO_STORE_ENCODING`, `SOTTO_STORE_BUSY`.
 */
export async function prepareSchema(database: Database, readOnly: boolean): Promise<void> {
  const found = await database.briefly((session) => find(session, database.place));
  if (found === SCHEMA_VERSION) return;
  if (!readOnly) {
    await database.briefly((session) => session.transaction(() => migrate(session, database)));
    return;
  }
  const { shown } = database.place;
  if (typeof found === "number") {
    const older = `an older version of sotto-decoder made the store ${shown}: scan into it with this one first`;
    throw new StoreError("SOTTO_STORE_OLDER", older);
  }
  throw new StoreError("SOTTO_STORE_MISSING", `there is no store ${shown}: sotto-decoder scan --store makes one`);
}

/** Refuses to write to tables that another process has brought to a newer version since they were opened. */
export async function refuseNewer(session: Session, { shown }: RecordsPlace): Promise<void> {
  const [about] = await session.rows("SELECT version FROM about");
  if (about?.[0] !== SCHEMA_VERSION) throw newer(shown);
}

async function migrate(session: Session, database: Database): Promise<void> {
  const { place } = database;
  await takeLock(session, database, "transaction");
  const found = await find(session, place);
  if (found === "missing") await session.run(`CREATE SCHEMA "${place.schema}"`);
  const from = typeof found === "number" ? found : 0;
  if (from === 0) await refuseEncoding(session);
  for (const migration of MIGRATIONS.slice(from)) await session.script(migration);
  if (from === 0) await session.run("INSERT INTO about (format, version) VALUES ($1, $2)", [FORMAT, SCHEMA_VERSION]);
  else await session.run("UPDATE about SET version = $1", [SCHEMA_VERSION]);
}

async function find(session: Session, { schema, shown }: RecordsPlace): Promise<Found> {
  const [row] = await session.rows(
    `SELECT has_schema_privilege(n.oid, 'USAGE'),
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid),
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'about' AND c.relkind = 'r')
     FROM pg_namespace n WHERE n.nspname = $1`,
    [schema],
  );
  if (row === undefined) return "missing";
  const [mayUse, isFilled, hasAbout] = row;
  if (mayUse !== true) throw new StoreError("SOTTO_STORE_RIGHTS", `the login may not use the schema of ${shown}`);
  if (isFilled !== true) return "empty";
  const version = hasAbout === true ? await versionIn(session) : null;
  if (version === null) throw new StoreError("SOTTO_STORE_FOREIGN", `${shown} is not a store of sotto-decoder`);
  if (version > SCHEMA_VERSION) throw newer(shown);
  return version;
}

/** Null when the tables are not ours. */
async function versionIn(session: Session): Promise<number | null> {
  try {
    const [about] = await session.rows("SELECT format, version FROM about");
    return about?.[0] === FORMAT ? (about[1] as number) : null;
  } catch (error) {
    if (isState(error, SQLSTATE.undefinedColumn)) return null;
    throw error;
  }
}

/** Reports are in any script. */
async function refuseEncoding(session: Session): Promise<void> {
  const [row] = await session.rows("SELECT current_setting('server_encoding')");
  if (row?.[0] === "UTF8") return;
  throw new StoreError("SOTTO_STORE_ENCODING", `the database's encoding is ${row?.[0]}: records need UTF8`);
}

function newer(shown: string): StoreError {
  return new StoreError("SOTTO_STORE_NEWER", `a newer version of sotto-decoder made the store ${shown}`);
}
