import { StoreError } from "../errors.ts";

/** How DuckDB begins the message of an error: with its kind. */
const KIND = /^[A-Z]\w*( [A-Z]\w*)* Error: /;

/**
 * What DuckDB threw, as a store's error: one line, the original as its cause. What is not of DuckDB, a mistake in the
 * program, stays as it is.
 */
export function failed(doing: "read" | "write", error: unknown): unknown {
  if (!(error instanceof Error) || !KIND.test(error.message)) return error;
  const [line = ""] = error.message.replace(KIND, "").split("\n");
  return new StoreError(`SOTTO_STORE_${doing === "read" ? "READ" : "WRITE"}`, `cannot ${doing} the store: ${line}`, {
    cause: error,
  });
}

/** Whether DuckDB refused a file because a process has it open. */
export function isLocked(error: unknown): boolean {
  return /Could not set lock on file/.test(originalOf(error));
}

/** Whether DuckDB refused a file because it is none of its own. */
export function isNoDatabase(error: unknown): boolean {
  return /not a valid DuckDB database file/.test(originalOf(error));
}

/** Whether DuckDB refused a file because a newer DuckDB wrote it. */
export function isOfNewerDuckDb(error: unknown): boolean {
  return /database file with version number|newer (DuckDB )?(version|storage)/i.test(originalOf(error));
}

/** Whether what a file holds is not what was written to it. */
export function isDamaged(error: unknown): boolean {
  return /Corrupt database file|Failure while replaying WAL/i.test(originalOf(error));
}

/** Whether a statement names a table or column that is not there. */
export function isNotThere(error: unknown): boolean {
  return /^(Catalog|Binder) Error/.test(originalOf(error));
}

function originalOf(error: unknown): string {
  return error instanceof StoreError && error.cause instanceof Error ? error.cause.message : "";
}
