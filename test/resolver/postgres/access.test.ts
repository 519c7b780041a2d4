// Over 300 lines: every role against every table, which only a whole table shows to be complete.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { completeConnectionString, passwordIn } from "@sotto/wire";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { Database } from "../../../resolver/postgres/database.ts";
import { PostgresLog } from "../../../resolver/postgres/log.ts";
import { passwordFromFile } from "../../../resolver/postgres/passwordfile.ts";
import { PostgresSink } from "../../../resolver/postgres/sink.ts";
import { freePort, run } from "../../e2e/command.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { Collection, ZONE } from "../log/collection.ts";
import { certificateFile as file, placeCertificate, WITH_TLS } from "./certificate.ts";
import { passwordServer } from "./passwordserver.ts";
import { type TestDatabase, TestServer } from "./server.ts";
import { postgresStore } from "./store.ts";

const HOUR = 3600;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 10, publishAfter: HOUR, retention: 24 * HOUR };
const SECRET = "h0rse battery/staple:@";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start([...WITH_TLS, "track_commit_timestamp=on"], placeCertificate);
  database = await server.database();
  for (const role of ["collector", "sealer", "decoder"]) {
    await server.ask(database.name, `CREATE ROLE only_${role} LOGIN IN ROLE sotto_${role}`);
  }
  await server.ask(database.name, "CREATE ROLE all_three LOGIN IN ROLE sotto_collector, sotto_sealer, sotto_decoder");
  await server.ask(database.name, "CREATE ROLE nobody_here LOGIN");
  const password = pg.escapeLiteral(SECRET);
  await server.ask(
    database.name,
    `CREATE ROLE careful LOGIN PASSWORD ${password} IN ROLE sotto_collector, sotto_with_password`,
  );
});
afterAll(() => server.stop());

const storeAs = (user: string) => server.storeOf(database.name, user, "");

/** What the server says to statements of a login, each in a transaction of its own that is undone. */
async function answersTo(user: string, statements: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: storeAs(user) });
  await client.connect();
  const answers: string[] = [];
  for (const statement of statements) {
    await client.query("BEGIN");
    const answer = await client.query(statement).then(
      () => "done",
      ({ code }: { code: string }) => code,
    );
    answers.push(`${statement}: ${answer}`);
    await client.query("ROLLBACK");
  }
  await client.end();
  return answers;
}

const DENIED = "42501";
const all = (statements: readonly string[], answer: string) => statements.map((text) => `${text}: ${answer}`);

/** A collection with a segment that is published, one that is held, and frames in the open bucket. */
async function filled(): Promise<{ collection: Collection; arrived: string; held: string; published: string }> {
  database = await server.database();
  const store = postgresStore(server, { ...database, store: storeAs("all_three") });
  const collection = await Collection.over(store, { keeping: KEEPING, now: NOON });
  await collection.store("published", 20);
  collection.now += HOUR;
  await collection.round();
  await collection.store("held", 5);
  collection.now += HOUR;
  await collection.round();
  await collection.store("open", 5);
  const rows = await server.ask<{ id: number; state: string }>(database.name, "SELECT id, state FROM sotto.segments");
  const [bucket] = await server.ask<{ id: number }>(database.name, "SELECT min(id) AS id FROM sotto.buckets");
  const tableOf = (state: string) => `sotto.sealed_${rows.find((row) => row.state === state)?.id}`;
  return {
    collection,
    arrived: `sotto.arrived_${bucket?.id}`,
    held: tableOf("held"),
    published: tableOf("published"),
  };
}

describe("the roles", () => {
  it("let a server that has all three store, seal, publish and purge, and no role more", async () => {
    const { collection } = await filled();
    expect(await collection.published()).toHaveLength(20);
    collection.now += 30 * HOUR;
    await collection.round();
    collection.now += 2 * HOUR;
    await collection.round();
    expect(await collection.storedFrames()).toEqual([]);
    await collection.log.close();
    const attributes = await server.ask(
      database.name,
      `SELECT rolname FROM pg_roles WHERE rolname ~ '^sotto_' AND (rolsuper OR rolcreaterole OR rolcreatedb
        OR rolreplication OR rolbypassrls OR rolcanlogin)`,
    );
    expect(attributes).toEqual([]);
  });

  it("let a collector put frames in, and neither read nor delete any, nor touch a table", async () => {
    const { collection, arrived, held, published } = await filled();
    const frame = `'\\x${"00".repeat(118)}'`;
    const bucket = arrived.split("_")[1];
    const may = [`INSERT INTO sotto.arrived VALUES (${bucket}, ${frame})`, "SELECT FROM sotto.segments"];
    const mayNot = [
      "SELECT FROM sotto.arrived",
      `SELECT FROM ${arrived}`,
      `INSERT INTO ${arrived} VALUES (${bucket}, ${frame})`,
      "DELETE FROM sotto.arrived",
      "UPDATE sotto.arrived SET bucket = 1",
      "TRUNCATE sotto.arrived",
      "SELECT FROM sotto.published",
      `SELECT FROM ${held}`,
      `SELECT FROM ${published}`,
      "SELECT FROM sotto.published_segments",
      `ALTER TABLE sotto.arrived DETACH PARTITION ${arrived}`,
      `DROP TABLE ${arrived}`,
      `DROP TABLE ${published}`,
      "CREATE TABLE sotto.mine (a int)",
      "UPDATE sotto.segments SET state = 'held'",
      "DELETE FROM sotto.buckets",
      "INSERT INTO sotto.zones (name) VALUES ('other')",
      "UPDATE sotto.zones SET timeline = NULL",
      "INSERT INTO sotto.migrations VALUES (2)",
      "SET ROLE sotto_sealer",
    ];
    expect(await answersTo("only_collector", may)).toEqual(all(may, "done"));
    expect(await answersTo("only_collector", mayNot)).toEqual(all(mayNot, DENIED));
    await collection.log.close();
  });

  it("let a sealer make, seal and drop partitions, and neither the catalogue's tables nor roles nor the schema", async () => {
    const { collection } = await filled();
    const mayNot = [
      "INSERT INTO sotto.migrations VALUES (2)",
      "DROP TABLE sotto.segments",
      "DROP TABLE sotto.zones CASCADE",
      "DELETE FROM sotto.zones",
      "TRUNCATE sotto.segments",
      "DROP VIEW sotto.published_segments",
      "ALTER TABLE sotto.zones ADD address inet",
      "DROP SCHEMA sotto CASCADE",
      "ALTER SCHEMA sotto RENAME TO other",
      "CREATE ROLE another",
      "GRANT sotto_sealer TO nobody_here",
      "CREATE TABLE public.mine (a int)",
      "CREATE SCHEMA another",
      "SET ROLE sotto_decoder",
    ];
    expect(await answersTo("only_sealer", mayNot)).toEqual(all(mayNot, DENIED));
    // All that sealing takes, a login with this role alone does.
    await collection.log.close();
    const sealer = await PostgresLog.open(storeAs("only_sealer"), ZONE, KEEPING, { clock: () => Number.NaN });
    const later = collection.now + HOUR;
    await sealer.maintain((await sealer.follow(later)).open, later);
    expect(sealer.usage).toMatchObject({ segments: 2, heldFrames: 0, journalOctets: 0 });
    await sealer.close();
  });

  it("let a decoder read what is published, and neither what is held, waits or arrives, nor change anything", async () => {
    const { collection, arrived, held, published } = await filled();
    const may = ["SELECT frames FROM sotto.published", "SELECT name FROM sotto.published_segments"];
    const mayNot = [
      "SELECT FROM sotto.arrived",
      `SELECT FROM ${arrived}`,
      `SELECT FROM ${held}`,
      `SELECT FROM ${published}`,
      "SELECT FROM sotto.segments",
      "SELECT FROM sotto.buckets",
      "SELECT FROM sotto.zones",
      `INSERT INTO sotto.arrived VALUES (1, '\\x${"00".repeat(118)}')`,
      "DELETE FROM sotto.published",
      "UPDATE sotto.published SET chunk = 1",
      `ALTER TABLE sotto.published DETACH PARTITION ${published}`,
      `DROP TABLE ${published}`,
      "CREATE TABLE sotto.mine (a int)",
      "SET ROLE sotto_sealer",
      "SET ROLE sotto_collector",
    ];
    expect(await answersTo("only_decoder", may)).toEqual(all(may, "done"));
    expect(await answersTo("only_decoder", mayNot)).toEqual(all(mayNot, DENIED));
    const reader = new Database(storeAs("only_decoder"), 1);
    const rows = await reader.rows<{ count: number }>(
      "SELECT sum(octet_length(frames) / 118)::float8 AS count FROM sotto.published",
    );
    // The segment of noon; what is held, and what arrives, cannot be seen.
    expect(rows).toEqual([{ count: 20 }]);
    await reader.close();
    await collection.log.close();
  });

  it("let nobody else do anything, and say which role is missing", async () => {
    const mayNot = ["SELECT FROM sotto.published", "SELECT FROM sotto.migrations", "SELECT FROM sotto.arrived"];
    expect(await answersTo("nobody_here", mayNot)).toEqual(all(mayNot, DENIED));
    await expect(PostgresLog.open(storeAs("nobody_here"), ZONE, KEEPING)).rejects.toThrow(/permission denied/);
    await expect(PostgresLog.open(storeAs("only_collector"), "other.example", KEEPING)).rejects.toThrow(
      /does not know the zone.*sotto_sealer/,
    );
  });

  it("let a collector that may not seal store beside one that does", async () => {
    const { collection } = await filled();
    const log = await PostgresLog.open(storeAs("only_collector"), ZONE, KEEPING, { clock: () => Number.NaN });
    const { open } = await log.follow(collection.now);
    const sink = new PostgresSink(storeAs("only_collector"), ZONE);
    const writer = await sink.begin(open);
    await writer.append([{ frame: Buffer.alloc(118, 7), digest: "" }]);
    await log.maintain(open, collection.now + 5 * HOUR);
    expect(log.usage.journalOctets).toBeGreaterThan(0);
    expect(await log.isWritable()).toBe(true);
    await sink.close();
    await log.close();
    await collection.log.close();
  });
});

describe("TLS, as libpq's settings say", () => {
  const via = async (parameters: string, environment: Record<string, string> = {}, host = "localhost") => {
    const store = storeAs("all_three").replace("127.0.0.1", host) + parameters;
    const found = new Database(store, 1, environment);
    try {
      const [row] = await found.rows<{ ssl: boolean }>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
      return row?.ssl;
    } finally {
      await found.close();
    }
  };

  it("is on or off, with or without the certificate and the name being checked", async () => {
    expect(await via("?sslmode=disable")).toBe(false);
    expect(await via("?sslmode=require")).toBe(true);
    expect(await via(`?sslmode=verify-ca&sslrootcert=${file("ca.pem")}`, {}, "127.0.0.1")).toBe(true);
    expect(await via(`?sslmode=verify-full&sslrootcert=${file("ca.pem")}`)).toBe(true);
    await expect(via(`?sslmode=verify-full&sslrootcert=${file("ca.pem")}`, {}, "127.0.0.1")).rejects.toThrow(
      /cannot be reached: ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    for (const mode of ["verify-ca", "verify-full"]) {
      await expect(via(`?sslmode=${mode}&sslrootcert=${file("other-ca.pem")}`)).rejects.toThrow(/cannot be reached/);
    }
  });

  it("is taken from the environment where the connection string does not say", async () => {
    expect(await via("", { PGSSLMODE: "require" })).toBe(true);
    expect(await via("", { PGSSLMODE: "verify-full", PGSSLROOTCERT: file("ca.pem") })).toBe(true);
    expect(await via("?sslmode=disable", { PGSSLMODE: "require" })).toBe(false);
    await expect(via("", { PGSSLMODE: "verify-full", PGSSLROOTCERT: file("other-ca.pem") })).rejects.toThrow();
    expect(() => completeConnectionString("postgres://h/d", { PGSSLMODE: "sometimes" })).toThrow(/sslmode is one of/);
    expect(() => completeConnectionString("postgres://h/d?sslmode=verify-ca", {})).toThrow(/sslrootcert/);
    await expect(via(`?sslmode=verify-full&sslrootcert=${file("missing.pem")}`)).rejects.toThrow(/ENOENT/);
  });
});

describe("a password", () => {
  const encoded = encodeURIComponent(SECRET);
  const address = () => `127.0.0.1:${server.port}/${database.name}`;

  it("is taken from the string, from PGPASSWORD or from a file", async () => {
    const passwords = join(await temporaryFolder(), "pgpass");
    writeFileSync(passwords, `127.0.0.1:*:*:careful:${SECRET.replaceAll(":", "\\:")}\n`, { mode: 0o600 });
    const logins: [string, Record<string, string>][] = [
      [`postgres://careful:${encoded}@${address()}`, {}],
      [`postgres://careful@${address()}`, { PGPASSWORD: SECRET }],
      [`postgresql://careful@${address()}`, { PGPASSFILE: passwords }],
      [
        "postgres://",
        {
          PGUSER: "careful",
          PGPASSWORD: SECRET,
          PGHOST: "127.0.0.1",
          PGPORT: `${server.port}`,
          PGDATABASE: database.name,
        },
      ],
    ];
    for (const [store, env] of logins) {
      const { code, stderr } = await run("sotto-resolver", ["migrate", "--store", store], { env });
      // It got in, where it may read the version, and may take the lock; there was nothing to do.
      expect(stderr).toBe("");
      expect(code).toBe(0);
    }
  });

  it("that is asked for and not there ends the connection, so that no command ends a minute late", async () => {
    const asking = await passwordServer();
    const asked = new Database(`postgres://careful@127.0.0.1:${asking.port}/sotto`, 1, {});
    await expect(asked.rows("SELECT 1")).rejects.toThrow(/password/);
    expect(await asking.hungUp()).toBe(1);
    await asked.close();
  });

  it("stands in a file line by line, the first that fits, with colons behind backslashes", async () => {
    const login = { host: "db.example.net", port: 5432, database: "sotto", user: "me" };
    const lines = ["# mine", "db.example.net:5433:*:*:other port", "*:*:sotto:you:other user"];
    expect(passwordIn(lines.join("\n"), login)).toBeNull();
    expect(passwordIn([...lines, "*:5432:sotto:me:a\\:b\\\\c", "*:*:*:*:last"].join("\n"), login)).toBe("a:b\\c");
    expect(passwordIn("localhost:5432:*:me:by socket\n", { ...login, host: "/run/postgresql" })).toBe("by socket");
    const path = join(await temporaryFolder(), "pgpass");
    writeFileSync(path, "*:*:*:*:open to all\n", { mode: 0o644 });
    expect(() => passwordFromFile(login, { PGPASSFILE: path })).toThrow(/others may read/);
  });

  it("is never told: not by a login refused, a host that is not there, a wrong string, or a stack", async () => {
    const nobody = await freePort();
    const connect = async (store: string, env: Record<string, string>) => {
      const database = new Database(store, 1, env);
      await database.rows("SELECT 1").finally(() => database.close());
    };
    const attempts: [string, Record<string, string>][] = [
      [`postgres://careful:${encoded}x@${address()}`, {}],
      [`postgres://careful@${address()}`, { PGPASSWORD: `${SECRET}x` }],
      [`postgres://careful:${encoded}@127.0.0.1:${nobody}/sotto`, {}],
      [`postgres://careful:${encoded}@no-such-host.invalid/sotto`, {}],
      [`postgres://careful:${encoded}@${address()}_missing`, {}],
      [`postgres://careful:${encoded}@${address()}?sslmode=verify-full&sslrootcert=/missing`, {}],
      [`postgres://careful:${encoded}@${address()}?sslmode=sometimes`, {}],
      [`postgres://careful:${encoded}@[broken/${encoded}`, {}],
      [`postgrs://careful:${encoded}@${address()}`, {}],
    ];
    for (const [store, env] of attempts) {
      // All that there is of an error, its causes too.
      const error = await connect(store, env).then(
        () => expect.fail("a database was found"),
        (thrown: unknown) => inspect(thrown, { depth: 10, showHidden: true }),
      );
      for (const secret of [SECRET, encoded, "battery"]) expect(error).not.toContain(secret);
    }
    const [[refused], [broken]] = [attempts[0], attempts[7]] as [(typeof attempts)[0], (typeof attempts)[0]];
    const config = join(await temporaryFolder(), "sotto.toml");
    const zone = `listen = "127.0.0.1:0"\n[[zone]]\nname = "${ZONE}"\nack = "198.18.0.7"\n`;
    writeFileSync(config, `store = ${JSON.stringify(refused)}\n${zone}`);
    const commands = [
      ["migrate", "--store", broken, "--debug"],
      ["serve", "--config", config, "--debug"],
    ];
    for (const args of commands) {
      const { code, stdout, stderr } = await run("sotto-resolver", args);
      expect(code, stderr).not.toBe(0);
      expect(stderr).not.toBe("");
      for (const secret of [SECRET, encoded, "battery"]) expect(stdout + stderr).not.toContain(secret);
    }
  });

  it("is not in a checked configuration's description", async () => {
    const config = join(await temporaryFolder(), "sotto.toml");
    writeFileSync(
      config,
      `store = "postgres://u:${encoded}@h/d"\nlisten = "127.0.0.1:0"\n[[zone]]\nname = "${ZONE}"\nack = "198.18.0.7"\n`,
    );
    const { code, stdout } = await run("sotto-resolver", ["check", "--config", config]);
    expect(code).toBe(0);
    expect(stdout).toContain("in PostgreSQL");
    expect(stdout).not.toContain("battery");
    expect(readFileSync(config, "utf8")).toContain("battery");
  });
});

describe("sotto-resolver doctor --store", () => {
  it("asks the real server, as a login without rights too", async () => {
    await server.database();
    const args = (user: string) => ["doctor", "--json", "--store", storeAs(user)];
    const { code, stdout } = await run("sotto-resolver", args("all_three"));
    const { findings, verdict } = JSON.parse(stdout) as {
      verdict: string;
      findings: { check: string; verdict: string }[];
    };
    const wrong = findings.filter((finding) => finding.verdict !== "ok").map(({ check }) => check);
    // The tests' server makes haste, and was started with commit times.
    expect([code, verdict, wrong]).toEqual([1, "wrong", ["durability", "commit times"]]);
    expect(findings.map(({ check }) => check)).toContain("dumps");
    const nobody = await run("sotto-resolver", args("nobody_here"));
    expect(nobody.stdout).toMatch(/"check":"tables".*"verdict":"wrong"/);
  });
});

describe("commands on a log in a database", () => {
  const command = (...args: string[]) => run("sotto-resolver", [...args, "--store", storeAs("only_sealer")]);

  it("list, verify and purge what is sealed, as the role that seals", async () => {
    const { collection, published } = await filled();
    const [entry] = collection.log.published(collection.now);
    const listed = JSON.parse((await command("segments", "--json", "--retention", "168h")).stdout) as {
      segments: { id: string; zone: string; count: number; state: string }[];
    };
    expect(listed.segments.map(({ id, zone, count, state }) => [zone, count, state, id === entry?.id])).toEqual([
      [ZONE, 20, "published", true],
      [ZONE, 5, "held", false],
    ]);
    expect(await command("verify")).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/2 segments checked, 25 frames/),
    });
    await server.ask(database.name, `UPDATE ${published} SET frames = set_byte(frames, 9, 255 - get_byte(frames, 9))`);
    expect(await command("verify")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(new RegExp(`^bad: ${ZONE} ${entry?.id}: .*(damaged|ascend|order)`)),
    });
    const before = ["--before", "2026-11-16T13:00Z"];
    const purged = await command("purge", ...before, "--yes");
    expect([purged.code, purged.stdout.split("  ")[0]]).toEqual([0, entry?.id]);
    expect(purged.stderr).toMatch(/deleted 1 segment before 2026-11-16 13:00 UTC/);
    await collection.round();
    expect(collection.log.published(collection.now)).toEqual([]);
    expect(collection.log.usage).toMatchObject({ segments: 0, heldFrames: 5 });
    expect((await command("purge", ...before, "--yes")).stderr).toMatch(/nothing to delete/);
    const denied = await run("sotto-resolver", ["verify", "--store", storeAs("only_collector")]);
    expect(denied).toMatchObject({ code: 1, stdout: expect.stringMatching(/permission denied/) });
    const both = await run("sotto-resolver", ["segments", "--data", "/nowhere", "--store", storeAs("only_sealer")]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/--data FOLDER or --store/)]);
    await collection.log.close();
  });
});
