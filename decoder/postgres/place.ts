import { StoreError } from "../errors.ts";
import { describeStore } from "../store/describe.ts";

/** The schema of a database that records are in unless another is named. */
export const DEFAULT_SCHEMA = "sotto_records";

/** Names that need no quotes in SQL; longer ones PostgreSQL would cut. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Where records in PostgreSQL are. */
export interface RecordsPlace {
  /** A connection string as libpq would take it. */
  readonly connection: string;
  /** The schema that holds nothing but one project's records. */
  readonly schema: string;
  /** The place as it may be told: no password, no user. */
  readonly shown: string;
}

/**
 * Reads a store's connection string: libpq's, and the parameter `schema`, so that several projects can share a database.
 *
 * @throws StoreError `SOTTO_STORE_SCHEMA`.
 */
export function placeOf(store: string): RecordsPlace {
  const [, base = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(store) ?? [];
  const parameters = new URLSearchParams(query);
  const schema = parameters.get("schema") ?? DEFAULT_SCHEMA;
  if (!SCHEMA_NAME.test(schema)) {
    throw new StoreError("SOTTO_STORE_SCHEMA", "schema is a name of small letters, digits and _, at most 63");
  }
  parameters.delete("schema");
  return {
    connection: parameters.size === 0 ? base : `${base}?${parameters}`,
    schema,
    shown: describeStore(store),
  };
}
