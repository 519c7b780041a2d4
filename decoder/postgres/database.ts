import { createHash } from "node:crypto";
import { connectionSecrets } from "@sotto/wire";
import pg from "pg";
import { Client, type Connectable, connectable, connectionOptions } from "./connection.ts";
import { storeFailed } from "./failure.ts";
import type { Waiting } from "./lock.ts";
import type { RecordsPlace } from "./place.ts";
import { Session } from "./session.ts";

/** Connections for what is short. Nobody who has one waits for anybody. */
const SHORT_CONNECTIONS = 4;

/** Connections for what goes on for a while: a scan, and each answer that is read in batches. */
const LONG_CONNECTIONS = 16;

/**
 * What every session begins with: names mean our schema's tables alone; what is committed is durable, whatever the
 * server's default; and a peer that is gone is noticed within half a minute, a process that is stopped within a quarter of
 * an hour, so that what it had begun holds nobody up for longer.
 */
const SESSION = `
  SELECT set_config('search_path', $1, false), set_config('default_transaction_read_only', $2, false),
    set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false), set_config('client_connection_check_interval', '5s', false),
    set_config('idle_in_transaction_session_timeout', '15min', false),
    set_config('synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`;

/** A store's database: connections as they are needed. One on which anything failed is not used again. */
export class Database {
  readonly place: RecordsPlace;
  readonly waiting: Waiting;
  /** The number of the advisory lock of whoever writes: of 64 bits, by the schema's name. */
  readonly lock: string;
  readonly #secrets: readonly string[];
  readonly #short: pg.Pool;
  readonly #long: pg.Pool;
  readonly #sessions = new Set<Session>();

  /** @throws StoreError, ConnectionStringError, PasswordFileError. */
  constructor(place: RecordsPlace, readOnly: boolean, waiting: Waiting) {
    this.place = place;
    this.waiting = waiting;
    this.lock = createHash("sha256").update(`sotto records ${place.schema}`).digest().readBigInt64BE().toString();
    let found: Connectable;
    try {
      found = connectable(place.connection);
    } catch (error) {
      throw storeFailed(error, connectionSecrets(place.connection, process.env));
    }
    this.#secrets = found.secrets;
    const settings = [`"${place.schema}"`, readOnly ? "on" : "off"];
    this.#short = poolOf(found, SHORT_CONNECTIONS, settings);
    this.#long = poolOf(found, LONG_CONNECTIONS, settings);
  }

  /** Does something short on a connection. */
  async briefly<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#take(this.#short);
    try {
      const result = await work(session);
      session.release();
      return result;
    } finally {
      session.destroy();
    }
  }

  /** A connection for its caller to release, or to destroy. */
  async session(): Promise<Session> {
    return await this.#take(this.#long);
  }

  /** Breaks off what is under way; the server takes it back. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await this.#short.end();
    await this.#long.end();
  }

  async #take(pool: pg.Pool): Promise<Session> {
    try {
      const session: Session = new Session(await pool.connect(), this.#secrets, () => this.#sessions.delete(session));
      this.#sessions.add(session);
      return session;
    } catch (error) {
      throw storeFailed(error, this.#secrets);
    }
  }
}

function poolOf(found: Connectable, connections: number, settings: readonly string[]): pg.Pool {
  const { connectionTimeoutMillis, ...options } = connectionOptions(found);
  /** A connection may take only so long to be made; to wait for another's is no failure. */
  class TimedClient extends Client {
    constructor(config?: pg.ClientConfig) {
      super({ ...config, connectionTimeoutMillis });
    }
  }
  const pool = new pg.Pool({
    ...options,
    Client: TimedClient,
    max: connections,
    verify: (client, done) => {
      client.query(SESSION, [...settings]).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });
  // A connection that breaks fails what it is used for; one that nobody uses the pool drops.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", () => {});
  return pool;
}
