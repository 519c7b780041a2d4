import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import type { Environment } from "./connection.ts";

/** Whom a password is for. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
}

/**
 * Looks a password up in the file of PGPASSFILE, or `~/.pgpass` (PostgreSQL's manual, "The Password File").
 *
 * @returns null when there is no file or no line for the login.
 * @throws ConfigError `SOTTO_STORE_PASSFILE` when others may read the file; libpq would take no notice of it.
 */
export function passwordFromFile(login: Login, environment: Environment): string | null {
  const path = environment.PGPASSFILE ?? join(environment.HOME ?? homedir(), ".pgpass");
  let text: string;
  try {
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
      throw new ConfigError("SOTTO_STORE_PASSFILE", `others may read the file of passwords: chmod 0600 ${path}`);
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return null;
  }
  return passwordIn(text, login);
}

/** The password of the first line that fits. A socket's folder counts as localhost. */
export function passwordIn(text: string, { host, port, database, user }: Login): string | null {
  const wanted = [host.startsWith("/") ? "localhost" : host, String(port), database ?? "", user ?? ""];
  for (const line of text.split(/\r?\n/).filter((one) => !one.startsWith("#"))) {
    const fields = fieldsOf(line);
    const fits =
      fields.length === 5 && wanted.every((value, index) => fields[index] === "*" || fields[index] === value);
    if (fits) return fields[4] ?? null;
  }
  return null;
}

/** What is between colons; a backslash takes away the meaning of a colon or backslash behind it. */
function fieldsOf(line: string): string[] {
  const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map(([, field = ""]) => field.replace(/\\(.)/g, "$1"));
  // The end of the line is matched once more, empty.
  return fields.slice(0, -1);
}
