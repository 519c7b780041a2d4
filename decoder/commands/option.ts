import { Option } from "commander";

/** The records of a project where no store is named. */
export const DEFAULT_STORE = "records.duckdb";

export const debugOption = () => new Option("--debug", "print the stack of an error");

export const storeOption = () =>
  new Option("--store <file|url>", "the records, as scan --store made them: a file, or the URL of a database").default(
    DEFAULT_STORE,
  );

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** A number and what is counted, in the form that the number asks for. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}
