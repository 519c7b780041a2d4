import { ConnectionStringError } from "./errors.ts";

/** How a connection string begins. */
const SCHEME = /^postgres(?:ql)?:\/\//;

const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"];

/** Parameters of a connection string that pg reads from it alone, and the variables of libpq that stand for them. */
const VARIABLES = {
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
} as const;

/** What a process's environment says; those of libpq's variables that are not below pg reads by itself. */
export type Environment = { readonly [name: string]: string | undefined };

/** Whether a place, or a store, is named as a PostgreSQL database. */
export function isConnectionString(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Completes a connection string with what the environment says of TLS, to be understood as libpq does (PostgreSQL's
 * manual, sections "Connection Strings" and "Environment Variables"): `require` alone checks no certificate,
 * `verify-full` checks it and the host's name.
 *
 * @throws ConnectionStringError `SOTTO_CONNECTION_STRING`, which never quotes the string: it may hold a password.
 */
export function completeConnectionString(store: string, environment: Environment): string {
  if (!isConnectionString(store)) {
    throw new ConnectionStringError(
      "SOTTO_CONNECTION_STRING",
      "a database is named like postgres://user@host/database",
    );
  }
  const [base = "", query = ""] = splitOnce(store, "?");
  const parameters = new URLSearchParams(query);
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (!parameters.has(name) && value !== undefined && value !== "") parameters.set(name, value);
  }
  const mode = parameters.get("sslmode");
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw new ConnectionStringError("SOTTO_CONNECTION_STRING", `sslmode is one of ${SSL_MODES.join(", ")}`);
  }
  if (mode === "verify-ca" && !parameters.has("sslrootcert")) {
    throw new ConnectionStringError(
      "SOTTO_CONNECTION_STRING",
      "sslmode=verify-ca needs sslrootcert, the file of the CA to trust",
    );
  }
  parameters.set("uselibpqcompat", "true");
  return `${base}?${parameters}`;
}

/** What of a connection must not be told: passwords, as they stand in the string and as they are meant. */
export function connectionSecrets(store: string, environment: Environment): string[] {
  const [base = "", query = ""] = splitOnce(store, "?");
  const [, written = ""] = /^[^:]*:\/\/[^:@/]*:([^@/]*)@/.exec(base) ?? [];
  const parameter = new URLSearchParams(query).get("password") ?? "";
  return [written, decoded(written), parameter, encodeURIComponent(parameter), environment.PGPASSWORD ?? ""].filter(
    (secret) => secret !== "",
  );
}

/** What stands in the place of a password, or of an address. */
const REMOVED = "[removed]";

/** An address of either family, as servers name whom they refuse: `no pg_hba.conf entry for host "192.0.2.7"`. */
const ADDRESS =
  /\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?![\w:])/gi;

/**
 * What a database says, as it may be told: without passwords and without anybody's address.
 *
 * @param secrets as {@link connectionSecrets} finds them.
 */
export function tellableAnswer(text: string, secrets: readonly string[]): string {
  return secrets.reduce((told, secret) => told.replaceAll(secret, REMOVED), text).replace(ADDRESS, REMOVED);
}

/** A connection string as it may be told: where it leads, without a login and without parameters. */
export function describeConnection(store: string): string {
  const [base] = splitOnce(store, "?");
  return base.replace(/^([^:]*:\/\/)(?:.*@)?/, "$1");
}

/** A connection string without the password that it may hold. */
export function withoutPassword(store: string): string {
  const [base, query] = splitOnce(store, "?");
  const parameters = new URLSearchParams(query);
  parameters.delete("password");
  const named = base.replace(/^([^:]*:\/\/[^:@/]*):.*@/, "$1@");
  return parameters.size === 0 ? named : `${named}?${parameters}`;
}

/** Whom a password is for. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
}

/**
 * Looks a password up in the text of a password file (PostgreSQL's manual, "The Password File"). A socket's folder counts
 * as localhost.
 *
 * @returns null when no line fits; of several the first holds.
 */
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

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
