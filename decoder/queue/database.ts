import pg from "pg";
import type { Db } from "pg-boss";
import { connectable, connectionOptions } from "../postgres/connection.ts";
import { storeFailed } from "../postgres/failure.ts";

/** A worker asks one thing at a time; beside it run heartbeats and the look for others that died. */
const MAX_CONNECTIONS = 3;

/** The connections that pg-boss asks over: with libpq's settings, and errors that may be told. */
export class QueueDatabase implements Db {
  readonly #pool: pg.Pool;
  readonly #secrets: readonly string[];

  /** @throws ConnectionStringError, PasswordFileError. */
  constructor(connection: string) {
    const login = connectable(connection);
    this.#secrets = login.secrets;
    this.#pool = new pg.Pool({ ...connectionOptions(login), max: MAX_CONNECTIONS });
    // What breaks fails what it is used for.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
    this.#pool.on("error", () => {});
  }

  async executeSql(text: string, values?: unknown[]) {
    return await this.#pool.query(text, values);
  }

  /** Does several things at once, or none of them. */
  async transaction<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await client.query("BEGIN");
      const result = await work({ executeSql: (text, values) => client.query(text, values) });
      await client.query("COMMIT");
      return result;
    } catch (error) {
      // The connection, and what it had begun, is thrown away.
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Asks pg-boss something. It goes by pg's own errors; from here on nobody sees them. */
  async safely<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw storeFailed(error, this.#secrets);
    }
  }
}
