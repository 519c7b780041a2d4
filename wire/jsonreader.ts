import type { JsonProblems } from "./jsonproblems.ts";
import type { JsonPath } from "./jsonwalk.ts";

/**
 * A place in a JSON text, read by saying what is expected there. What does not hold is noted instead of thrown, so that
 * a person sees all of it at once, and something of the same type is returned in its stead: whoever reads must throw
 * the problems before anything that was read is used.
 */
export class JsonReader {
  /** Undefined where nothing stands. */
  readonly value: unknown;
  readonly #path: JsonPath;
  readonly #problems: JsonProblems;

  constructor(value: unknown, path: JsonPath, problems: JsonProblems) {
    this.value = value;
    this.#path = path;
    this.#problems = problems;
  }

  /** Whether anything stands here, `null` included. */
  get isGiven(): boolean {
    return this.value !== undefined;
  }

  /** Notes a problem with this place. */
  refuse(message: string): void {
    this.#problems.note(this.#path, message);
  }

  /**
   * A text; `""` where it is refused.
   *
   * @param what as in "is a date, 2026-11-23".
   */
  text(what: string, isValid: (text: string) => boolean): string {
    if (typeof this.value === "string" && isValid(this.value)) return this.value;
    this.#refuseAsNot(what);
    return "";
  }

  /** A number; NaN where it is refused. */
  number(what: string, isValid: (number: number) => boolean): number {
    if (typeof this.value === "number" && isValid(this.value)) return this.value;
    this.#refuseAsNot(what);
    return Number.NaN;
  }

  /** An integer from `min` to `max`; NaN where it is refused. */
  whole(min: number, max: number): number {
    const isValid = (number: number) => Number.isInteger(number) && min <= number && number <= max;
    return this.number(`a whole number from ${min} to ${max}`, isValid);
  }

  /** One of several words; the first where it is refused. */
  oneOf<Word extends string>(words: readonly [Word, ...Word[]]): Word {
    const word = words.find((candidate) => candidate === this.value);
    if (word === undefined) this.#refuseAsNot(words.map((candidate) => `"${candidate}"`).join(" or "));
    return word ?? words[0];
  }

  /** The items of an array; none where it is refused. */
  items(what: string, min: number, max: number): JsonReader[] {
    const items: readonly unknown[] | null = Array.isArray(this.value) ? this.value : null;
    if (items === null || items.length < min || items.length > max) {
      this.#refuseAsNot(`a list of ${min} to ${max} ${what}`);
      return [];
    }
    return items.map((item, index) => new JsonReader(item, [...this.#path, index], this.#problems));
  }

  /**
   * The members of an object whose members have given names; those that are left out are there with nothing in them.
   * Every other member is refused: it is most often a mistyped one, and what it was to say must not be lost.
   */
  members<Name extends string>(what: string, names: readonly Name[]): Readonly<Record<Name, JsonReader>> {
    const object = this.#object();
    if (object === null) this.#refuseAsNot(what);
    const known: ReadonlySet<string> = new Set(names);
    for (const name of Object.keys(object ?? {})) if (!known.has(name)) this.member(name).refuse("is not known here");
    return Object.fromEntries(names.map((name) => [name, this.member(name)])) as Record<Name, JsonReader>;
  }

  /** One member of an object, with nothing in it where it is left out or where this is no object. */
  member(name: string): JsonReader {
    const object = this.#object();
    // Beneath what is refused as a whole nothing is missing.
    if (object === null) return new JsonReader(undefined, this.#path, this.#problems);
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return new JsonReader(value, [...this.#path, name], this.#problems);
  }

  /** The members of an object whose names are free, within a pattern; none where it is refused. */
  named(what: string, min: number, max: number, name: NamePattern): [string, JsonReader][] {
    const object = this.#object();
    const names = Object.keys(object ?? {});
    if (object === null || names.length < min || names.length > max) {
      this.#refuseAsNot(`an object of ${min} to ${max} ${what} by their names`);
      return [];
    }
    return names.map((given) => {
      const member = this.member(given);
      if (!name.pattern.test(given)) member.refuse(`has a name that is not one: ${name.what}`);
      return [given, member];
    });
  }

  #object(): Readonly<Record<string, unknown>> | null {
    const { value } = this;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  }

  #refuseAsNot(what: string): void {
    this.refuse(this.isGiven ? `is ${what}` : `is missing: ${what}`);
  }
}

/** How the names of an object's members look. */
export interface NamePattern {
  /** In words. */
  readonly what: string;
  readonly pattern: RegExp;
}

/** A value with the place it was read from. */
export interface Placed<Value> {
  readonly value: Value;
  readonly place: JsonReader;
}

/** Refuses each value that an earlier one equals. */
export function refuseRepeated(values: readonly Placed<string>[], message: string): void {
  const seen = new Set<string>();
  for (const { value, place } of values) {
    if (seen.has(value)) place.refuse(message);
    seen.add(value);
  }
}
