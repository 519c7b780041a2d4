import type pg from "pg";
import type { Cell } from "../store/table.ts";
import { storeFailed } from "./failure.ts";

/** What a parameter of a statement can be. */
export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** Rows that a cursor gives at once. */
const FETCHED_ROWS = 1000;

/** A connection that is somebody's alone for a while. */
export class Session {
  readonly #client: pg.PoolClient;
  readonly #secrets: readonly string[];
  readonly #released: () => void;
  #isOver = false;

  /** @param released is called once, when it is given back or thrown away. */
  constructor(client: pg.PoolClient, secrets: readonly string[], released: () => void) {
    this.#client = client;
    this.#secrets = secrets;
    this.#released = released;
  }

  /** Asks something, or does it; @returns the rows, by column. */
  async rows(text: string, values: readonly Value[] = []): Promise<Cell[][]> {
    return (await this.#ask(text, values)).rows;
  }

  /** Changes something; @returns how many rows. */
  async run(text: string, values: readonly Value[] = []): Promise<number> {
    return (await this.#ask(text, values)).rowCount ?? 0;
  }

  /** Runs several statements without parameters. */
  async script(text: string): Promise<void> {
    await this.#query(() => this.#client.query(text));
  }

  /** Does something in one transaction, all of it or nothing. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run("BEGIN");
    try {
      const result = await work();
      await this.run("COMMIT");
      return result;
    } catch (error) {
      // A connection that broke has nothing to take back, and is thrown away by whoever has it.
      await this.run("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** Reads an answer of any length in batches; within a transaction. */
  async *stream(text: string, values: readonly Value[] = []): AsyncGenerator<Cell[][]> {
    await this.run(`DECLARE answer NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const rows = await this.rows(`FETCH ${FETCHED_ROWS} FROM answer`);
      if (rows.length > 0) yield rows;
      if (rows.length < FETCHED_ROWS) break;
    }
    await this.run("CLOSE answer");
  }

  /** Gives the connection back; nothing may be under way on it. */
  release(): void {
    this.#end(false);
  }

  /** Throws the connection away, with whatever is under way: the server takes that back. */
  destroy(): void {
    this.#end(true);
  }

  #end(isBroken: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.release(isBroken);
    this.#released();
  }

  #ask(text: string, values: readonly Value[]): Promise<pg.QueryArrayResult<Cell[]>> {
    return this.#query(() => this.#client.query<Cell[]>({ text, values: [...values], rowMode: "array" }));
  }

  async #query<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      throw storeFailed(error, this.#secrets);
    }
  }
}
