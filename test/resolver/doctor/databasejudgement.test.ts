import { describe, expect, it } from "vitest";
import { judgeDatabase } from "../../../resolver/doctor/databasejudgement.ts";
import type { DatabaseFacts } from "../../../resolver/postgres/facts.ts";

const GOOD: DatabaseFacts = {
  version: 180_004,
  schema: 1,
  settings: {
    track_commit_timestamp: "off",
    fsync: "on",
    full_page_writes: "on",
    archive_mode: "off",
    log_statement: "none",
    log_duration: "off",
    log_min_duration_statement: "-1",
    log_min_duration_sample: "-1",
  },
  standbys: 0,
  slots: 0,
  publications: 0,
  local: false,
  encrypted: true,
  login: { superuser: false, collector: true, sealer: true, decoder: true },
};
const settings = (changes: Record<string, string>) => ({ settings: { ...GOOD.settings, ...changes } });

/** What may be, and what is said of it. */
const FAULTS: [string, Partial<DatabaseFacts>, string][] = [
  ["commit times", settings({ track_commit_timestamp: "on" }), "commit times: wrong"],
  ["an archive", settings({ archive_mode: "on" }), "write-ahead log: wrong"],
  ["an archive of a standby", settings({ archive_mode: "always" }), "write-ahead log: wrong"],
  ["no fsync", settings({ fsync: "off" }), "durability: wrong"],
  ["torn pages", settings({ full_page_writes: "off" }), "durability: wrong"],
  ["every statement logged", settings({ log_statement: "all" }), "server log: wrong"],
  ["every change logged", settings({ log_statement: "mod" }), "server log: wrong"],
  ["every duration logged", settings({ log_duration: "on" }), "server log: wrong"],
  ["every statement timed", settings({ log_min_duration_statement: "0" }), "server log: wrong"],
  ["slow statements logged", settings({ log_min_duration_statement: "500" }), "server log: warning"],
  ["a sample of statements logged", settings({ log_min_duration_sample: "100" }), "server log: warning"],
  ["a standby", { standbys: 1 }, "replicas: warning"],
  ["a slot", { slots: 2 }, "replicas: warning"],
  ["a publication", { publications: 1 }, "replicas: warning"],
  ["a connection in the clear", { encrypted: false }, "connection: wrong"],
  ["an old server", { version: 130_010 }, "tables: wrong"],
  ["no tables", { schema: 0 }, "tables: wrong"],
  ["newer tables", { schema: 2 }, "tables: wrong"],
  ["a superuser", { login: { ...GOOD.login, superuser: true } }, "login: warning"],
  ["a login that only stores", { login: { ...GOOD.login, sealer: false } }, "login: warning"],
  ["a login that cannot store", { login: { ...GOOD.login, collector: false } }, "login: wrong"],
];

/** Check and verdict of everything that is not right. */
const faults = (changes: Partial<DatabaseFacts>) =>
  judgeDatabase({ ...GOOD, ...changes }, 1)
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ check, verdict, fix }) => `${check}: ${verdict}${fix === undefined || fix === "" ? " without a fix" : ""}`);

describe("doctor's look at a database", () => {
  it("finds nothing wrong with one that keeps nothing but the log, and says what dumps and the write-ahead log hold", () => {
    expect(faults({})).toEqual([]);
    const says = judgeDatabase(GOOD, 1).map((finding) => `${finding.check} ${finding.says}`);
    expect(says.join("\n")).toMatch(/dumps .*no purge reaches/);
    expect(says.join("\n")).toMatch(/write-ahead log .*holds every frame and the moment of every batch/);
  });

  it.each(FAULTS)("tells of %s, and what to do", (_name, changes, fault) => {
    expect(faults(changes)).toEqual([fault]);
  });

  it("does not ask for encryption within the machine", () => {
    expect(faults({ encrypted: false, local: true })).toEqual([]);
  });
});
