import { PostgresStore, type PostgresStoreOptions } from "../../../decoder/postgres/postgresstore.ts";
import type { TestServer } from "../../resolver/postgres/server.ts";
import type { StorePlace } from "../store/contract.ts";

/** A schema for a store, which is not made yet. */
export interface PostgresPlace extends StorePlace {
  /** The connection string. */
  readonly store: string;
  readonly schema: string;
  open(options?: PostgresStoreOptions): Promise<PostgresStore>;
}

let places = 0;

/** A schema of its own in a database of a server. */
export function postgresPlace(server: TestServer, database: string, user?: string): PostgresPlace {
  const schema = `records_${places++}`;
  const store = `${server.storeOf(database, user)}?schema=${schema}`;
  return {
    store,
    schema,
    open: (options) => PostgresStore.open(store, options),
    remove: async () => {
      await server.ask(database, `DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    },
  };
}
