import { readFileSync } from "node:fs";

/** A file of test/vectors/client. */
export function clientVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../vectors/client/${name}.json`, import.meta.url), "utf8"));
}
