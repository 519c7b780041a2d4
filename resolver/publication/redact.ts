import { isIP } from "node:net";
import { SottoError } from "@sotto/wire";

/** What stands where something was taken out. */
const REMOVED = "[removed]";

/** Runs of what an address is made of, with brackets, port, zone index or prefix length. */
const ADDRESS_LIKE = /\[?(?=[0-9A-Fa-f:.]*[:.])[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]?(?::\d{1,5})?(?:\/\d{1,3})?/g;

/** Four numbers with dots, wherever in such a run: the run may begin with the end of a word. */
const IPV4 = /\d{1,3}(?:\.\d{1,3}){3}/;

/** A label of a report's name, and a frame as hexadecimal, are longer than any word. */
const FRAME_LIKE = /[A-Za-z2-7]{50,}|[0-9a-fA-F]{65,}/g;

/** A code as Node and sotto write it: `EADDRINUSE`, `SOTTO_STORE`. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** Causes below an error that are looked at. */
const MAX_CAUSES = 3;

/** A text without what looks like an address, with or without port, or like a report. */
export function redacted(text: string): string {
  return text.replace(ADDRESS_LIKE, (token) => (holdsAddress(token) ? REMOVED : token)).replace(FRAME_LIKE, REMOVED);
}

/** What may be written of an error: our own text, and codes. Another's message may tell an address, a port or a path. */
export interface RedactedError {
  readonly code: string;
  /** Of our own errors only. */
  readonly message?: string;
  /** Codes of what led to it. */
  readonly causes?: readonly string[];
}

/** What is left of an error, or of whatever else was thrown. */
export function redactedError(error: unknown): RedactedError {
  const causes: string[] = [];
  for (let cause = causeOf(error); cause !== undefined && causes.length < MAX_CAUSES; cause = causeOf(cause)) {
    causes.push(codeOf(cause));
  }
  return {
    code: codeOf(error),
    ...(error instanceof SottoError ? { message: ownText(error) } : {}),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

/** Some of our errors quote the system's message behind their own words: the code of the cause says the same. */
function ownText(error: SottoError): string {
  const quoted = causeOf(error) instanceof Error ? (causeOf(error) as Error).message : "";
  const own = quoted === "" ? error.message : error.message.replaceAll(quoted, codeOf(error.cause));
  return redacted(own);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNKNOWN";
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string" && CODE.test(code)) return code;
  return typeof name === "string" && /^[A-Za-z]{1,64}$/.test(name) ? name : "UNKNOWN";
}

function holdsAddress(token: string): boolean {
  const bare = token
    .replace(/\/\d+$/, "")
    .replace(/^:(?!:)/, "")
    .replace(/(?<![:.])[:.]$/, "");
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(bare) ?? [];
  const withoutPort = bare.replace(/[:.]\d{1,5}$/, "");
  const isAddress = (text: string | undefined) => text !== undefined && isIP(text.replace(/%.*$/, "")) !== 0;
  return IPV4.test(token) || [bare, bracketed, withoutPort].some(isAddress);
}
