import { FRAME_OCTETS } from "@sotto/wire";
import { PostgresLog, type PostgresLogOptions } from "../../../resolver/postgres/log.ts";
import { PostgresSink } from "../../../resolver/postgres/sink.ts";
import { ZONE } from "../log/collection.ts";
import type { ContractStore } from "../log/contract.ts";
import type { TestDatabase, TestServer } from "./server.ts";

/** A database as what keeps a collection's frames. */
export function postgresStore(server: TestServer, database: TestDatabase): ContractStore {
  const options: { -readonly [key in keyof PostgresLogOptions]: PostgresLogOptions[key] } = {
    // The collection's own, which it hands over with every round.
    clock: () => Number.NaN,
  };
  return {
    open: (keeping) => PostgresLog.open(database.store, ZONE, keeping, options),
    sink: async () => new PostgresSink(database.store, ZONE),
    clock: false,
    storedFrames: () => framesInDatabase(server, database.name),
    limit: (octets) => {
      options.diskBudget = octets;
    },
    damage: async (id) => {
      await server.ask(
        database.name,
        `UPDATE sotto.published p SET frames = set_byte(p.frames, 5000, 255 - get_byte(p.frames, 5000))
          FROM sotto.segments s WHERE s.id = p.segment AND p.chunk = 0 AND s.name = $1`,
        [id],
      );
    },
    crash: async () => {
      await server.cut(database.name);
      return postgresStore(server, database);
    },
  };
}

/** The frames of every table, each as often as it counts: copies in a bucket's table are one. */
export async function framesInDatabase(server: TestServer, name: string): Promise<string[]> {
  const tables = await server.ask<{ table: string }>(
    name,
    `SELECT relname AS table FROM pg_class WHERE relnamespace = 'sotto'::regnamespace AND relkind = 'r'
      AND relname ~ '^(arrived|sealed)_'`,
  );
  const found: string[] = [];
  for (const { table } of tables) {
    if (table.startsWith("arrived")) {
      const rows = await server.ask<{ frame: Buffer }>(name, `SELECT DISTINCT frame FROM sotto.${table}`);
      found.push(...rows.map(({ frame }) => frame.toString("hex")));
      continue;
    }
    for (const { frames } of await server.ask<{ frames: Buffer }>(name, `SELECT frames FROM sotto.${table}`)) {
      for (let at = 0; at < frames.length; at += FRAME_OCTETS) {
        found.push(frames.subarray(at, at + FRAME_OCTETS).toString("hex"));
      }
    }
  }
  return found.sort();
}
