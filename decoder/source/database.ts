import {
  connectionSecrets,
  describeConnection,
  encodeSegment,
  type SegmentEntry,
  SegmentReader,
  SottoError,
  verifySegment,
} from "@sotto/wire";
import pg from "pg";
import { SourceError } from "../errors.ts";
import { type Connectable, connectable, connectionOptions } from "../postgres/connection.ts";
import { failureOf } from "../postgres/failure.ts";
import { type CheckedSegment, type Segment, segmentOf } from "./segment.ts";

/** Frames of a row of `sotto.published`. */
const CHUNK_FRAMES = 1000;

/** Chunks that are read at once: a quarter of a megabyte, which comes as half of one in hexadecimal. */
const CHUNKS_AT_ONCE = 2;

interface ListedRow {
  readonly zone: string;
  readonly segment: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly bytes: number;
  readonly sum: Buffer;
  readonly sha256: string;
}

/**
 * Lists the published segments of a zone's log in PostgreSQL, as a login with the role `sotto_decoder` sees them. Of a
 * segment no more than a megabyte is in memory at a time.
 *
 * @param place a connection string; it may hold a password, which no message tells.
 * @throws SourceError `SOTTO_SOURCE_READ`, ConnectionStringError.
 */
export async function listDatabase(place: string): Promise<Segment[]> {
  const database = new SegmentDatabase(place);
  const rows = await database.rows<ListedRow>(
    `SELECT zone, segment, name, starts::float8 AS start, ends::float8 AS "end", frames::float8 AS count,
        bytes::float8, sum, sha256 FROM sotto.published_segments ORDER BY starts, ends, name`,
  );
  const shown = describeConnection(place);
  return rows.map((row) => {
    const { start, end, count, sha256, name, bytes, zone } = row;
    const entry: SegmentEntry = { id: name, start, end, count, bytes, sha256 };
    const open = () => openTable(database, row, { ...entry, zone });
    return segmentOf({ name: `${shown} ${name}`, place: shown, start, end, count, sha256, open });
  });
}

/** Read twice, as a file is: a segment is provisional until its sum was seen. */
async function openTable(
  database: SegmentDatabase,
  row: ListedRow,
  { zone, start, end, count, sha256 }: SegmentEntry & { zone: string },
): Promise<CheckedSegment> {
  const { entry } = await verifySegment(octetsOf(database, row));
  if (entry.sha256 !== sha256) throw changed();
  return {
    facts: { sha256, zone, start, end, count },
    frames: async function* () {
      const reader = await SegmentReader.open(octetsOf(database, row));
      yield* reader.frames();
      if (reader.entry.sha256 !== sha256) throw changed();
    },
    close: async () => {},
  };
}

/** A segment as the octets of its file. */
async function* octetsOf(database: SegmentDatabase, row: ListedRow): AsyncGenerator<Uint8Array> {
  const { value: header } = await encodeSegment(row, []).next();
  yield header as Uint8Array;
  for (let chunk = 0; chunk * CHUNK_FRAMES < row.count; chunk += CHUNKS_AT_ONCE) {
    const rows = await database.rows<{ frames: Buffer }>(
      "SELECT frames FROM sotto.published WHERE segment = $1 AND chunk >= $2 AND chunk < $3 ORDER BY chunk",
      [row.segment, chunk, chunk + CHUNKS_AT_ONCE],
    );
    if (rows.length === 0) throw new SourceError("SOTTO_SOURCE_GONE", `${row.name} is not there (any more)`);
    for (const { frames } of rows) yield frames;
  }
  yield row.sum;
}

function changed(): SourceError {
  return new SourceError("SOTTO_SOURCE_READ", "the segment is not the one that the database lists");
}

/** A database that is asked now and then. */
class SegmentDatabase {
  readonly #pool: pg.Pool;
  readonly #secrets: readonly string[];

  constructor(place: string) {
    let found: Connectable;
    try {
      found = connectable(place);
    } catch (error) {
      this.#secrets = connectionSecrets(place, process.env);
      throw this.#failure(error);
    }
    this.#secrets = found.secrets;
    this.#pool = new pg.Pool({ ...connectionOptions(found), max: 2 });
    // What breaks fails what it is used for.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
    this.#pool.on("error", () => {});
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): Error {
    if (error instanceof SottoError) return error;
    const { isAnswer, told } = failureOf(error, this.#secrets);
    return new SourceError("SOTTO_SOURCE_READ", `the database ${isAnswer ? "says" : "cannot be reached"}: ${told}`);
  }
}
