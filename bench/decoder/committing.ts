import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { headWeekOf, makeFrame, weekOf } from "@sotto/wire";
import { DuckDbStore } from "../../decoder/duckdb/duckdbstore.ts";
import { WeekTally } from "../../decoder/ledger/counts.ts";
import { Ledger } from "../../decoder/ledger/ledger.ts";
import type { OpenedFrame } from "../../decoder/opening/openedchunk.ts";
import { PostgresStore } from "../../decoder/postgres/postgresstore.ts";
import type { RecordStore } from "../../decoder/store/contract.ts";
import type { TestServer } from "../../test/resolver/postgres/server.ts";
import { figure, median, printTable } from "../table.ts";
import { DAY, HOUR_SECONDS, seededRandom } from "./log.ts";

/** Records of a segment, which are committed at once, and frames that the ledger takes at once. */
const RECORDS = 10_000;
const BATCH_FRAMES = 2000;

/** Segments one after the other, since tables that grow take longer. */
const SEGMENTS = 10;

/** A report as a program of the definition in docs/definition.md sends it. */
const textOf = (number: number) => `{"v":"1.2.${number % 100}","p":"linux-x64","r":"terminal","a":${number % 5}}`;

/** A place for records, and how large it is afterwards. */
interface Place {
  readonly name: string;
  open(): Promise<RecordStore>;
  octets(): Promise<number>;
}

/** Prints how many records a second the ledger and each store take when nothing has to be opened, and their octets. */
export async function compareCommitting(server: TestServer, database: string, folder: string): Promise<void> {
  const own = mkdtempSync(join(folder, "committing-"));
  const path = join(own, "records.duckdb");
  const schema = "bench_committing";
  const places: readonly Place[] = [
    { name: "DuckDB", open: () => DuckDbStore.open(path), octets: async () => statSync(path).size },
    {
      name: "PostgreSQL",
      open: () => PostgresStore.open(`${server.storeOf(database)}?schema=${schema}`),
      octets: async () => {
        const size = "SELECT sum(pg_total_relation_size(oid))::float8 AS octets FROM pg_class";
        const tables = `relkind IN ('r', 'p') AND relnamespace = '${schema}'::regnamespace`;
        const [row] = await server.ask<{ octets: number }>(database, `${size} WHERE ${tables}`);
        return row?.octets ?? Number.NaN;
      },
    },
  ];
  const rows: string[][] = [];
  for (const { name, open, octets } of places) {
    const store = await open();
    const rates: number[] = [];
    for (let segment = 0; segment < SEGMENTS; segment++) rates.push(await commitSeconds(store, segment));
    await store.close();
    const each = (await octets()) / (RECORDS * SEGMENTS);
    rows.push([name, figure(median(rates.map((seconds) => RECORDS / seconds))), figure(each)]);
  }
  console.log(
    `\nOpened reports to committed records, ${SEGMENTS} segments of ${figure(RECORDS)} reports one after the other, median\n`,
  );
  printTable(["", "records/s", "octets a record"], rows);
  rmSync(own, { recursive: true });
}

/** What the ledger and the store need for a segment. */
async function commitSeconds(store: RecordStore, number: number): Promise<number> {
  const random = seededRandom(`committing ${number}`);
  const start = DAY * 86_400 + number * HOUR_SECONDS;
  const sha256 = Buffer.from(random(32)).toString("hex");
  const segment = { sha256, zone: "r.example.net", start, end: start + HOUR_SECONDS, count: RECORDS };
  const opened = Array.from({ length: RECORDS }, (_, at): OpenedFrame => {
    const block = Buffer.alloc(66);
    block[0] = 1;
    block.writeUInt16BE(DAY, 1);
    block.write(textOf(at), 3, "latin1");
    return { frame: makeFrame(headWeekOf(DAY), 0, random(114)), block, key: "a1b2c3d4", week: weekOf(DAY) };
  });
  const begin = performance.now();
  const scan = await store.scan(segment);
  const tally = new WeekTally();
  const ledger = new Ledger({ segment, scan, check: null, tally, learn: async () => {}, later: (_, b) => b });
  for (let at = 0; at < RECORDS; at += BATCH_FRAMES) await ledger.take(opened.slice(at, at + BATCH_FRAMES));
  await scan.commit(["a1b2c3d4"], tally.weeks());
  return (performance.now() - begin) / 1000;
}
