import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Database } from "../../../resolver/postgres/database.ts";
import { migrate } from "../../../resolver/postgres/schema.ts";
import { type Cluster, embeddedCluster } from "./cluster.ts";

const PASSWORD = "not-a-word-of-any-message";

/** Speed where durability is not the subject; nothing that this database says depends on them. */
export const HASTE = [
  "fsync=off",
  "full_page_writes=off",
  "shared_buffers=32MB",
  "max_wal_size=256MB",
  "autovacuum=off",
];

const DATABASE = "sotto_test";

const ASKING = "the tests' owner";

const START_TRIES = 100;

/** Whoever has a password shows it; the tests' own connections are many, and are believed. */
const LOGINS = `
host all +sotto_with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host replication postgres 127.0.0.1/32 trust
`;

/** What a test database was made with. */
export interface TestDatabase {
  readonly store: string;
  readonly name: string;
}

/** A PostgreSQL server of a file of tests, on loopback, with one database. */
export class TestServer {
  readonly #cluster: Cluster;
  /** The owner's connections, by database. */
  readonly #asking = new Map<string, pg.Client>();

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * @param settings beside those of haste, like `fsync=on`.
   * @param prepare is given the folder of the server's files before it starts.
   */
  static async start(settings: readonly string[] = [], prepare = (_folder: string) => {}): Promise<TestServer> {
    return await TestServer.on(await embeddedCluster([...HASTE, "unix_socket_directories=", ...settings]), prepare);
  }

  static async on(cluster: Cluster, prepare = (_folder: string) => {}): Promise<TestServer> {
    await cluster.initialise();
    writeFileSync(join(cluster.folder, "pg_hba.conf"), LOGINS);
    prepare(cluster.folder);
    await cluster.start();
    const server = new TestServer(cluster);
    await server.ask("postgres", "CREATE ROLE sotto_with_password NOLOGIN");
    await server.ask("postgres", `CREATE DATABASE ${DATABASE}`);
    return server;
  }

  /** A standby, which has all that its primary has. */
  static async standby(cluster: Cluster): Promise<TestServer> {
    await cluster.initialise();
    await cluster.start();
    return new TestServer(cluster);
  }

  get port(): number {
    return this.#cluster.port;
  }

  /** The folder of the server's files. */
  get folder(): string {
    return this.#cluster.folder;
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
    const client = this.#asking.get(database) ?? (await this.#connect(database));
    this.#asking.set(database, client);
    return (await client.query<Row>(text, values)).rows;
  }

  async #connect(database: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.storeOf(database), application_name: ASKING });
    client.on("error", () => {});
    client.on("end", () => this.#asking.delete(database));
    await client.connect();
    return client;
  }

  /** Ends the server as a crash would, or in order, and starts it again on the same files. */
  async restart(how: "SIGKILL" | "SIGINT", awayMilliseconds = 0): Promise<void> {
    await this.#cluster.end(how);
    await sleep(awayMilliseconds);
    // Processes of a killed server let go of its memory within moments.
    for (let tries = 0; ; tries++) {
      const error = await this.#cluster.start().then(
        () => null,
        () => new Error("the server does not start again"),
      );
      if (error === null) return;
      if (tries === START_TRIES) throw error;
      await sleep(100);
    }
  }

  /** Breaks off every connection to a database but the owner's. */
  async cut(database: string): Promise<void> {
    const others = "datname = $1 AND application_name <> $2";
    await this.ask("postgres", `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`, [
      database,
      ASKING,
    ]);
  }

  async kill(): Promise<void> {
    await this.#cluster.end("SIGKILL");
  }

  async stop(): Promise<void> {
    for (const client of this.#asking.values()) await client.end();
    await this.#cluster.end("SIGINT");
    this.#cluster.remove();
  }
}
