import { StoreError } from "../errors.ts";
import { type Database, rowsOf, type Session } from "./database.ts";
import { isState, SQLSTATE } from "./failure.ts";
import { MIGRATIONS, SCHEMA } from "./migrations.ts";

/** Version of the schema that this program is for. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Number of the advisory lock under which migrations run: "sotto" on a telephone's keys. */
const MIGRATION_LOCK = 76_886;

/** What a migration found and left. */
export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/**
 * Brings a database's schema to the version that this program is for, in one transaction.
 *
 * @throws DatabaseError; StoreError `SOTTO_DATABASE_SCHEMA` when the database is ahead of the program.
 */
export async function migrate(database: Database): Promise<Migrated> {
  return await database.transaction(async (session) => {
    await session.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    if (!(await hasSchema(session))) {
      await session.query(`CREATE SCHEMA ${SCHEMA}`);
      await session.query("CREATE TABLE sotto.migrations (version integer PRIMARY KEY)");
    }
    const from = await versionIn(session);
    if (from > SCHEMA_VERSION) throw ahead(from);
    for (let version = from; version < SCHEMA_VERSION; version++) {
      await session.query(MIGRATIONS[version] as string);
      await session.query("INSERT INTO sotto.migrations (version) VALUES ($1)", [version + 1]);
    }
    return { from, to: SCHEMA_VERSION };
  });
}

/** @throws StoreError `SOTTO_DATABASE_SCHEMA` when the schema is not the one that this program is for. */
export async function checkSchema(database: Database): Promise<void> {
  let version = 0;
  try {
    version = await database.session(versionIn);
  } catch (error) {
    if (!isState(error, SQLSTATE.undefinedTable, SQLSTATE.undefinedSchema)) throw error;
  }
  if (version > SCHEMA_VERSION) throw ahead(version);
  if (version < SCHEMA_VERSION) {
    const has = version === 0 ? "has no tables of sotto's yet" : `has version ${version} of sotto's tables`;
    throw new StoreError(
      "SOTTO_DATABASE_SCHEMA",
      `the database ${has}, this program needs version ${SCHEMA_VERSION}: run sotto-resolver migrate`,
    );
  }
}

async function versionIn(session: Session): Promise<number> {
  const [row] = await rowsOf<{ version: number }>(
    session,
    "SELECT coalesce(max(version), 0) AS version FROM sotto.migrations",
  );
  return row?.version ?? 0;
}

async function hasSchema(session: Session): Promise<boolean> {
  const rows = await rowsOf(session, "SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", [SCHEMA]);
  return rows.length > 0;
}

function ahead(version: number): StoreError {
  return new StoreError(
    "SOTTO_DATABASE_SCHEMA",
    `the database has version ${version} of sotto's tables, this program knows ${SCHEMA_VERSION}: update the program`,
  );
}
