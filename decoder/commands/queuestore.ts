import { isConnectionString } from "@sotto/wire";
import { Option } from "commander";
import { UsageError } from "../errors.ts";

/** Names the records that a queue belongs to. */
export const queueStoreOption = () =>
  new Option("--store <postgres://...>", "the records in PostgreSQL, with the queue beside them").makeOptionMandatory();

/** @throws UsageError `SOTTO_USAGE` for a file, which one process at a time may write to. */
export function refuseFile(store: string): void {
  if (isConnectionString(store)) return;
  throw new UsageError("SOTTO_USAGE", "several machines share records in PostgreSQL only: give --store postgres://...");
}
