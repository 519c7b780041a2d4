import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Environment, type Login, passwordIn } from "@sotto/wire";
import { ConfigError } from "../errors.ts";

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
