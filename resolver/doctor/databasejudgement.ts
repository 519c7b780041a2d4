import type { DatabaseFacts } from "../postgres/facts.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";

/** The oldest PostgreSQL that has all that is used (`client_connection_check_interval`). */
const OLDEST_VERSION = 140_000;

/**
 * Judges a database that keeps a log: whether it keeps what it promised, and nothing that no purge reaches.
 *
 * @param schemaVersion of the tables that this program is for.
 */
export function judgeDatabase(facts: DatabaseFacts, schemaVersion: number): Finding[] {
  return [
    judgeVersion(facts, schemaVersion),
    judgeLogin(facts),
    judgeConnection(facts),
    judgeDurability(facts),
    judgeCommitTimes(facts),
    judgeServerLog(facts),
    judgeArchive(facts),
    judgeReplicas(facts),
    ok("dumps", WHERE, "what pg_dump or a snapshot of the disk took, no purge reaches: --exclude-schema=sotto"),
  ];
}

const WHERE = "database";

function judgeVersion({ version, schema }: DatabaseFacts, wanted: number): Finding {
  const name = `PostgreSQL ${Math.floor(version / 10_000)}`;
  if (version < OLDEST_VERSION) return wrong("tables", WHERE, `${name} is too old`, "take 14 or newer");
  if (schema === wanted) return ok("tables", WHERE, `${name}, version ${schema} of sotto's tables`);
  const says = schema === 0 ? `${name} shows none of sotto's tables` : `version ${schema} of sotto's tables`;
  const fix = schema > wanted ? "update this program" : "run sotto-resolver migrate, and give the login its roles";
  return wrong("tables", WHERE, says, fix);
}

function judgeLogin({ login, schema }: DatabaseFacts): Finding {
  if (login.superuser) {
    const fix = "give servers a login of their own, with the roles sotto_collector, sotto_sealer and sotto_decoder";
    return warning("login", WHERE, "a superuser may do everything", fix);
  }
  const roles = (["collector", "sealer", "decoder"] as const).filter((role) => login[role]);
  const has = roles.length === 0 ? "no role" : roles.map((role) => `sotto_${role}`).join(", ");
  if (!login.collector && schema > 0) {
    return wrong("login", WHERE, `has ${has}: it cannot store`, "GRANT sotto_collector to it");
  }
  if (!login.sealer) {
    return warning("login", WHERE, `has ${has}: it cannot seal`, "another server's login needs sotto_sealer");
  }
  return ok("login", WHERE, `has ${has}`);
}

function judgeConnection({ local, encrypted }: DatabaseFacts): Finding {
  if (encrypted) return ok("connection", WHERE, "encrypted");
  if (local) return ok("connection", WHERE, "does not leave the machine");
  return wrong("connection", WHERE, "crosses the network in the clear", "sslmode=verify-full and sslrootcert=FILE");
}

function judgeDurability({ settings }: DatabaseFacts): Finding {
  const off = ["fsync", "full_page_writes"].filter((name) => settings[name] === "off");
  if (off.length === 0) return ok("durability", WHERE, "fsync is on");
  const says = `${off.join(" and ")} off: what was acknowledged is lost when the power fails`;
  return wrong("durability", WHERE, says, `set ${off.map((name) => `${name} = on`).join(", ")}`);
}

function judgeCommitTimes({ settings }: DatabaseFacts): Finding {
  if (settings.track_commit_timestamp === "off") return ok("commit times", WHERE, "track_commit_timestamp is off");
  const says = "track_commit_timestamp is on: the moment of every batch of reports is kept";
  return wrong("commit times", WHERE, says, "set track_commit_timestamp = off and restart the database");
}

function judgeServerLog({ settings }: DatabaseFacts): Finding {
  const { log_statement, log_duration, log_min_duration_statement = "-1", log_min_duration_sample = "-1" } = settings;
  const everything = [
    ...(log_statement === "all" || log_statement === "mod" ? [`log_statement = ${log_statement}`] : []),
    ...(log_duration === "on" ? ["log_duration = on"] : []),
    ...(log_min_duration_statement === "0" ? ["log_min_duration_statement = 0"] : []),
  ];
  if (everything.length > 0) {
    const says = `${everything.join(", ")}: the server's log has the moment of every batch`;
    return wrong("server log", WHERE, says, "log_statement = ddl, log_duration = off, log_min_duration_statement = -1");
  }
  if (log_min_duration_statement !== "-1" || log_min_duration_sample !== "-1") {
    const fix = "set log_min_duration_statement = -1 and log_min_duration_sample = -1";
    return warning("server log", WHERE, "slow statements are logged with their moment", fix);
  }
  return ok("server log", WHERE, "no statement that stores is logged");
}

function judgeArchive({ settings }: DatabaseFacts): Finding {
  const holds = "every frame and the moment of every batch";
  if (settings.archive_mode === "off") {
    return ok("write-ahead log", WHERE, `not archived; it holds ${holds} until its files are used again`);
  }
  const fix = "archive_mode = off, on a server of the log's own; or delete the archive as often as the zone purges";
  return wrong("write-ahead log", WHERE, `archive_mode is ${settings.archive_mode}: the archive keeps ${holds}`, fix);
}

function judgeReplicas({ standbys, slots, publications }: DatabaseFacts): Finding {
  const there = [
    ...(standbys > 0 ? [`${standbys} connected`] : []),
    ...(slots > 0 ? [`${slots} slots`] : []),
    ...(publications > 0 ? [`${publications} logical publications`] : []),
  ];
  if (there.length === 0) return ok("replicas", WHERE, "none");
  const says = `${there.join(", ")}: a replica purges when this does, keeps its own write-ahead log, and an idle slot all of it`;
  return warning("replicas", WHERE, says, "hold each to the same settings; drop slots that nobody reads");
}
