import { completeConnectionString, connectionSecrets, type Environment } from "@sotto/wire";
import pg from "pg";
import { databaseError } from "./failure.ts";
import { passwordFromFile } from "./passwordfile.ts";

/** How long a connection may take to be made. */
const CONNECT_MILLISECONDS = 5000;

/** A connection that nobody used for so long is closed. */
const IDLE_MILLISECONDS = 60_000;

/**
 * What every session begins with. An ack means durable: a server whose default is less is overruled, one whose default is
 * more (`remote_apply`) is not. Names mean our tables only. A peer that is gone is noticed within half a minute, so that
 * what it had begun holds nobody up.
 */
const SESSION = `
  SELECT set_config('search_path', 'pg_catalog', false),
    set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false), set_config('client_connection_check_interval', '5s', false);
  SELECT set_config('synchronous_commit', 'on', false)
    FROM pg_catalog.pg_settings WHERE name = 'synchronous_commit' AND setting = 'off'`;

/**
 * Hangs up when it fails. pg does not where the server asks for a password and there is none: the server then waits for
 * a minute, and so would the process.
 */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.connection.on("error", () => this.connection.stream.destroy());
  }
}

/** A connection that is somebody's alone for a while. */
export type Session = pg.PoolClient;

/** What a query may be told beside its text and values. */
export interface Asking {
  /** How long an answer may take; without an end unless given. */
  readonly milliseconds?: number;
}

/** A pool of connections to one database. A connection on which anything failed is not used again. */
export class Database {
  readonly #pool: pg.Pool;
  #secrets: readonly string[];
  readonly #busy = new Set<Session>();
  #closed = false;

  /**
   * @param store a connection string.
   * @param connections at most.
   * @throws ConfigError, DatabaseError when the string, or a file of certificates that it names, cannot be used.
   */
  constructor(store: string, connections: number, environment: Environment = process.env) {
    this.#secrets = connectionSecrets(store, environment);
    try {
      const connectionString = connectable(store, environment);
      this.#secrets = connectionSecrets(connectionString, environment);
      this.#pool = new pg.Pool({
        connectionString,
        Client,
        max: connections,
        connectionTimeoutMillis: CONNECT_MILLISECONDS,
        idleTimeoutMillis: IDLE_MILLISECONDS,
        fallback_application_name: "sotto",
        keepAlive: true,
        allowExitOnIdle: true,
        verify: (client, done) => {
          client.query(SESSION).then(
            () => done(),
            (error: Error) => done(error),
          );
        },
      });
    } catch (error) {
      throw this.failure(error);
    }
    // A connection that breaks fails what it is used for; one that nobody uses the pool drops.
    this.#pool.on("connect", (client) => client.on("error", ignore));
    this.#pool.on("error", ignore);
  }

  /** Rows that a query gives. */
  async rows<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    asking: Asking = {},
  ): Promise<Row[]> {
    return await this.session((session) => rowsOf<Row>(session, text, values, asking));
  }

  /** Does something on one connection. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    let session: Session | null = null;
    try {
      session = await this.#pool.connect();
      this.#busy.add(session);
      if (this.#closed) throw new Error("the store is closed");
      const result = await work(session);
      this.#release(session, false);
      return result;
    } catch (error) {
      if (session !== null) this.#release(session, true);
      throw this.failure(error);
    }
  }

  /** Does something in one transaction, all of it or nothing. */
  async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.session(async (session) => {
      await session.query("BEGIN");
      const result = await work(session);
      await session.query("COMMIT");
      return result;
    });
  }

  /** An error as it may be told. */
  failure(error: unknown): Error {
    return databaseError(error, this.#secrets);
  }

  /** Breaks off what is under way; the server rolls it back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const session of this.#busy) await (session as unknown as pg.Client).end().catch(ignore);
    await this.#pool.end();
  }

  #release(session: Session, broken: boolean): void {
    this.#busy.delete(session);
    session.release(broken);
  }
}

/** A connection string with all that pg needs, a password out of a file too; read as pg reads it, with the files in it. */
function connectable(store: string, environment: Environment): string {
  const connectionString = completeConnectionString(store, environment);
  const login = new pg.Client({ connectionString });
  if (login.password != null) return connectionString;
  const password = environment.PGPASSWORD ?? passwordFromFile(login, environment);
  return password === null ? connectionString : `${connectionString}&password=${encodeURIComponent(password)}`;
}

/** Rows that a query gives within a session. */
export async function rowsOf<Row extends pg.QueryResultRow>(
  session: Session,
  text: string,
  values: readonly unknown[] = [],
  { milliseconds }: Asking = {},
): Promise<Row[]> {
  const query = { text, values: [...values], ...(milliseconds && { query_timeout: milliseconds }) };
  return (await session.query<Row>(query)).rows;
}

function ignore(): void {}
