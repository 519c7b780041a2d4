import { ConfigError } from "../errors.ts";

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

/** Whether a store's name is that of a database. */
export function isConnectionString(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Completes a connection string with what the environment says of TLS, to be understood as libpq does (PostgreSQL's
 * manual, sections "Connection Strings" and "Environment Variables"): `require` alone checks no certificate,
 * `verify-full` checks it and the host's name.
 *
 * @throws ConfigError `SOTTO_STORE_NAME`, which never quotes the string: it may hold a password.
 */
export function completeConnectionString(store: string, environment: Environment): string {
  if (!isConnectionString(store)) {
    throw new ConfigError("SOTTO_STORE_NAME", "a store is named like postgres://user@host/database");
  }
  const [base = "", query = ""] = splitOnce(store, "?");
  const parameters = new URLSearchParams(query);
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (!parameters.has(name) && value !== undefined && value !== "") parameters.set(name, value);
  }
  const mode = parameters.get("sslmode");
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw new ConfigError("SOTTO_STORE_NAME", `sslmode is one of ${SSL_MODES.join(", ")}`);
  }
  if (mode === "verify-ca" && !parameters.has("sslrootcert")) {
    throw new ConfigError("SOTTO_STORE_NAME", "sslmode=verify-ca needs sslrootcert, the file of the CA to trust");
  }
  parameters.set("uselibpqcompat", "true");
  return `${base}?${parameters}`;
}

/** What of a connection must not be told: passwords, as they stand in the string and as they are meant. */
export function secretsOf(store: string, environment: Environment): string[] {
  const [base = "", query = ""] = splitOnce(store, "?");
  const [, written = ""] = /^[^:]*:\/\/[^:@/]*:([^@/]*)@/.exec(base) ?? [];
  const parameter = new URLSearchParams(query).get("password") ?? "";
  return [written, decoded(written), parameter, encodeURIComponent(parameter), environment.PGPASSWORD ?? ""].filter(
    (secret) => secret !== "",
  );
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
