import { encodeSegment } from "@sotto/wire";
import { type Catalogue, readCatalogue, type SegmentRow } from "./catalogue.ts";
import { Database, rowsOf } from "./database.ts";
import { LOCK_SPACE } from "./leading.ts";
import { checkSchema } from "./schema.ts";
import { CHUNK_FRAMES, CHUNKS_AT_ONCE } from "./sealing.ts";
import { dropSegment, sealedTable } from "./tables.ts";

/** A sealed table with the zone that it is of. */
export interface StoredTable {
  readonly zone: string;
  readonly segment: SegmentRow;
}

/**
 * All sealed tables of a database, for an operator's commands. They belong to the role sotto_sealer, so that is what the
 * login needs.
 */
export class StoredTables {
  readonly #database: Database;
  readonly #catalogues: ReadonlyMap<string, Catalogue>;

  private constructor(database: Database, catalogues: ReadonlyMap<string, Catalogue>) {
    this.#database = database;
    this.#catalogues = catalogues;
  }

  /** @throws ConnectionStringError, DatabaseError, StoreError `SOTTO_DATABASE_SCHEMA`. */
  static async open(store: string): Promise<StoredTables> {
    const database = new Database(store, 1);
    try {
      await checkSchema(database);
      const catalogues = await database.session(async (session) => {
        const found = new Map<string, Catalogue>();
        for (const { name } of await rowsOf<{ name: string }>(session, "SELECT name FROM sotto.zones ORDER BY name")) {
          const catalogue = await readCatalogue(session, name);
          if (catalogue !== null) found.set(name, catalogue);
        }
        return found;
      });
      return new StoredTables(database, catalogues);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  get tables(): StoredTable[] {
    return [...this.#catalogues].flatMap(([zone, { segments }]) => segments.map((segment) => ({ zone, segment })));
  }

  /** Buckets that have ended by a moment and are not sealed. */
  unsealed(unixSeconds: number): number {
    return [...this.#catalogues.values()].flatMap(({ buckets }) => buckets.filter(({ end }) => end <= unixSeconds))
      .length;
  }

  /** The octets of a table's segment. What is not in order shows as they are checked. */
  async *octets({ zone, segment }: StoredTable): AsyncGenerator<Uint8Array> {
    const { value: header } = await encodeSegment({ ...segment.entry, zone }, []).next();
    yield header as Uint8Array;
    for (let chunk = 0; chunk * CHUNK_FRAMES < segment.entry.count; chunk += CHUNKS_AT_ONCE) {
      yield* await this.#chunks(segment, chunk);
    }
    const [row] = await this.#database.rows<{ sum: Buffer }>("SELECT sum FROM sotto.segments WHERE id = $1", [
      segment.id,
    ]);
    yield row?.sum ?? Buffer.alloc(0);
  }

  /** Deletes tables, if they are there, each with its row in one transaction that keeps out whoever seals. */
  async remove(tables: readonly StoredTable[]): Promise<void> {
    for (const { zone, segment } of tables) {
      await this.#database.transaction(async (session) => {
        await session.query("SET LOCAL ROLE sotto_sealer");
        await session.query("SELECT pg_advisory_xact_lock($1, id) FROM sotto.zones WHERE name = $2", [
          LOCK_SPACE,
          zone,
        ]);
        const now = await readCatalogue(session, zone);
        const there = now?.segments.find(({ id }) => id === segment.id);
        if (there === undefined) return;
        await dropSegment(session, there);
        await session.query("UPDATE sotto.zones SET revision = revision + 1 WHERE name = $1", [zone]);
      });
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #chunks(segment: SegmentRow, from: number): Promise<Buffer[]> {
    return await this.#database.transaction(async (session) => {
      await session.query("SET LOCAL ROLE sotto_sealer");
      const rows = await rowsOf<{ frames: Buffer }>(
        session,
        `SELECT frames FROM ${sealedTable(segment)} WHERE segment = $1 AND chunk >= $2 AND chunk < $3 ORDER BY chunk`,
        [segment.id, from, from + CHUNKS_AT_ONCE],
      );
      return rows.map(({ frames }) => frames);
    });
  }
}
