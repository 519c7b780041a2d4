import { type Database, rowsOf, type Session } from "./database.ts";
import { isState, SQLSTATE } from "./failure.ts";

/** What a database says of itself that decides what it keeps. */
export interface DatabaseFacts {
  /** As PostgreSQL numbers itself: 180004. */
  readonly version: number;
  /** Of our tables; 0: there are none. */
  readonly schema: number;
  /** Settings by their names, as `SHOW` gives them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Standbys that are connected. */
  readonly standbys: number;
  readonly slots: number;
  /** Logical publications. */
  readonly publications: number;
  /** Whether the connection does not leave the machine. */
  readonly local: boolean;
  readonly encrypted: boolean;
  readonly login: {
    readonly superuser: boolean;
    readonly collector: boolean;
    readonly sealer: boolean;
    readonly decoder: boolean;
  };
}

const SETTINGS = [
  "track_commit_timestamp",
  "fsync",
  "full_page_writes",
  "archive_mode",
  "log_statement",
  "log_duration",
  "log_min_duration_statement",
  "log_min_duration_sample",
];

/** Asks a database what {@link DatabaseFacts} tells. Needs no rights. */
export async function readFacts(database: Database): Promise<DatabaseFacts> {
  const schema = await database.session(versionIn).catch((error: unknown) => {
    if (isState(error, SQLSTATE.undefinedTable, SQLSTATE.undefinedSchema, SQLSTATE.insufficientPrivilege)) return 0;
    throw error;
  });
  return await database.session(async (session) => {
    const rows = await rowsOf<{ name: string; setting: string }>(
      session,
      "SELECT name, setting FROM pg_settings WHERE name = ANY ($1)",
      [SETTINGS],
    );
    const [counts] = await rowsOf<Omit<DatabaseFacts, "schema" | "settings" | "login"> & DatabaseFacts["login"]>(
      session,
      `SELECT current_setting('server_version_num')::integer AS version,
        (SELECT count(*)::integer FROM pg_stat_replication) AS standbys,
        (SELECT count(*)::integer FROM pg_replication_slots) AS slots,
        (SELECT count(*)::integer FROM pg_publication) AS publications,
        (inet_server_addr() IS NULL OR inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1') AS local,
        (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted,
        (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
        ${["collector", "sealer", "decoder"].map(memberOf).join(", ")}`,
    );
    if (counts === undefined) throw new Error("no answer");
    const { superuser, collector, sealer, decoder, ...facts } = counts;
    const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    return { ...facts, schema, settings, login: { superuser, collector, sealer, decoder } };
  });
}

function memberOf(role: string): string {
  return `coalesce((SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = 'sotto_${role}'), false) AS ${role}`;
}

async function versionIn(session: Session): Promise<number> {
  const [row] = await rowsOf<{ version: number }>(
    session,
    "SELECT coalesce(max(version), 0) AS version FROM sotto.migrations",
  );
  return row?.version ?? 0;
}
