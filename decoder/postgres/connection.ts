import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { completeConnectionString, connectionSecrets, type Environment, type Login, passwordIn } from "@sotto/wire";
import pg from "pg";
import { PasswordFileError } from "../errors.ts";

/** How long a connection may take to be made. */
const CONNECT_MILLISECONDS = 10_000;

/** When the system begins to ask whether a silent peer is still there. */
const KEEP_ALIVE_MILLISECONDS = 10_000;

/** What connects to a database, and what of it no message may tell. */
export interface Connectable {
  /** With all that pg needs, a password out of a file too. */
  readonly connectionString: string;
  readonly secrets: readonly string[];
}

/**
 * Completes a connection string by libpq's variables and its file of passwords.
 *
 * @throws ConnectionStringError; PasswordFileError `SOTTO_PASSFILE`; what pg throws over a file of certificates, which
 *   may hold the string.
 */
export function connectable(connection: string, environment: Environment = process.env): Connectable {
  let connectionString = completeConnectionString(connection, environment);
  const login = new pg.Client({ connectionString });
  if (login.password == null) {
    const password = environment.PGPASSWORD ?? passwordFromFile(login, environment);
    if (password !== null) connectionString += `&password=${encodeURIComponent(password)}`;
  }
  return { connectionString, secrets: connectionSecrets(connectionString, environment) };
}

/**
 * Hangs up when it fails. pg does not where the server asks for a password and there is none: the server then waits for
 * a minute, and so would the process.
 */
export class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.connection.on("error", () => this.connection.stream.destroy());
  }
}

/** Options of every connection: an idle one keeps no process from ending, one whose peer is gone is noticed. */
export function connectionOptions({ connectionString }: Connectable) {
  return {
    connectionString,
    Client,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    fallback_application_name: "sotto-decoder",
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
    allowExitOnIdle: true,
  };
}

/**
 * Looks a password up in the file of PGPASSFILE, or `~/.pgpass` (PostgreSQL's manual, "The Password File"); null when
 * there is no file, or no line for the login. Where libpq takes no notice of a file that others may read, the login
 * would then fail for no reason that anybody sees.
 */
function passwordFromFile(login: Login, environment: Environment): string | null {
  const path = environment.PGPASSFILE ?? join(environment.HOME ?? homedir(), ".pgpass");
  let text: string;
  try {
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
      throw new PasswordFileError("SOTTO_PASSFILE", `others may read the file of passwords: chmod 0600 ${path}`);
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof PasswordFileError) throw error;
    return null;
  }
  return passwordIn(text, login);
}
