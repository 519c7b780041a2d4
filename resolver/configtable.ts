import { ConfigError } from "./errors.ts";

/** Something wrong in a configuration, and where. */
export interface Problem {
  /** Such as `zone[0].ack`. */
  readonly path: string;
  readonly message: string;
}

/**
 * Reads one table of a configuration, key by key. What is wrong is noted with its place instead of thrown, so that an
 * operator sees all of it at once; a key that nobody asked for is wrong too, since it is most often a typing mistake.
 */
export class ConfigTable {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: Problem[];
  readonly #asked = new Set<string>();

  constructor(value: unknown, path: string, problems: Problem[]) {
    this.#path = path;
    this.#problems = problems;
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isTable) this.note("", "a table of settings is expected");
    this.#values = isTable ? (value as Record<string, unknown>) : {};
  }

  /** Notes what is wrong with a key, or with the table itself when the key is empty. */
  note(key: string, message: string): void {
    this.#problems.push({ path: this.pathOf(key), message });
  }

  pathOf(key: string): string {
    return [this.#path, key].filter((part) => part !== "").join(".");
  }

  /** A text, read further by `parse`; undefined when it is absent or wrong. */
  text<T>(key: string, parse: (text: string) => T): T | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value === "") {
      this.note(key, "a text in quotes is expected");
      return undefined;
    }
    return this.#try(key, () => parse(value));
  }

  /** A list of texts, or one text for a list of one. */
  texts<T>(key: string, parse: (text: string) => T): T[] | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.flatMap((item, index) => {
      const place = Array.isArray(value) ? `${key}[${index}]` : key;
      if (typeof item !== "string" || item === "") {
        this.note(place, "a text in quotes is expected");
        return [];
      }
      const parsed = this.#try(place, () => parse(item));
      return parsed === undefined ? [] : [parsed];
    });
  }

  /** A whole number within bounds. */
  whole(key: string, least: number, most: number): number | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    this.note(key, `a whole number from ${least} to ${most} is expected`);
    return undefined;
  }

  /** `true` or `false`. */
  flag(key: string): boolean | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === "boolean") return value;
    this.note(key, "true or false is expected");
    return undefined;
  }

  /** A list of tables. */
  tables(key: string): ConfigTable[] {
    const value = this.#take(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.note(key, `a list of tables is expected, [[${this.pathOf(key)}]]`);
      return [];
    }
    return value.map((item, index) => new ConfigTable(item, this.pathOf(`${key}[${index}]`), this.#problems));
  }

  /** Notes the keys that were never asked for. */
  finish(): void {
    for (const key of Object.keys(this.#values)) {
      if (!this.#asked.has(key)) this.note(key, `no such setting; there are ${[...this.#asked].sort().join(", ")}`);
    }
  }

  #take(key: string): unknown {
    this.#asked.add(key);
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  #try<T>(key: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      this.note(key, (error as Error).message);
      return undefined;
    }
  }
}

/** All problems of a configuration as one error. */
export class ConfigProblems extends ConfigError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    const more =
      problems.length > 1 ? ` (and ${problems.length - 1} more: sotto-resolver check --config says all)` : "";
    super("SOTTO_CONFIG", `${first?.path}: ${first?.message}${more}`);
    this.problems = problems;
  }
}
