import { ExportError, StoreError } from "../errors.ts";

/** How DuckDB begins the message of an error: with its kind. */
const KIND = /^[A-Z]\w*( [A-Z]\w*)* Error: /;

/**
 * Says what it means that DuckDB threw: an error of ours with one line, the original as its cause. What is not of DuckDB,
 * a mistake in the program, stays as it is.
 */
export type Explain = (doing: "read" | "write", error: unknown) => unknown;

/** What DuckDB threw over a store. */
export const storeFailed: Explain = (doing, error) => {
  const line = firstLine(error);
  if (line === null) return error;
  const code = doing === "read" ? "SOTTO_STORE_READ" : "SOTTO_STORE_WRITE";
  return new StoreError(code, `cannot ${doing} the store: ${line}`, { cause: error });
};

/** What DuckDB threw over a file that is exported. */
export const exportFailed: Explain = (_, error) => {
  const line = firstLine(error);
  return line === null ? error : new ExportError("SOTTO_EXPORT_WRITE", `cannot export: ${line}`, { cause: error });
};

function firstLine(error: unknown): string | null {
  if (!(error instanceof Error) || !KIND.test(error.message)) return null;
  return error.message.replace(KIND, "").split("\n")[0] ?? "";
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

/** Whether a log is of another file, or of an earlier state of its own. */
export function isOfOtherRecords(error: unknown): boolean {
  return /WAL does not match database file|WAL checkpoint iteration does not match/.test(originalOf(error));
}

/** Whether a file that was to be read is not there. */
export function isMissing(error: unknown): boolean {
  return /database does not exist/.test(originalOf(error));
}

/** Whether a statement names a table or column that is not there. */
export function isNotThere(error: unknown): boolean {
  return /^(Catalog|Binder) Error/.test(originalOf(error));
}

function originalOf(error: unknown): string {
  return error instanceof StoreError && error.cause instanceof Error ? error.cause.message : "";
}
