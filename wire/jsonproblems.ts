import type { DefinitionProblem } from "./errors.ts";
import type { JsonPath } from "./jsonwalk.ts";

/** Characters of somebody's text that a message quotes at most. */
const MAX_QUOTED_CHARACTERS = 40;

/** Control, format and unassigned characters, halves of pairs, line and paragraph ends: nothing for a terminal. */
const UNSHOWN = /[\p{C}\p{Zl}\p{Zp}]/gu;

interface NotedProblem {
  readonly path: JsonPath;
  readonly message: string;
}

/** What is wrong with a JSON text: at most one problem a place, the first that was noted there. */
export class JsonProblems {
  readonly #noted = new Map<string, NotedProblem>();

  /** @param message what is expected, so that path and message read as a sentence. */
  note(path: JsonPath, message: string): void {
    const place = JSON.stringify(path);
    if (!this.#noted.has(place)) this.#noted.set(place, { path, message });
  }

  /**
   * All problems in the order of the text, what is missing where the object begins that lacks it.
   *
   * @param root the text's value. JSON.parse puts names that are whole numbers first, so their problems come first.
   */
  inOrderOf(root: unknown): DefinitionProblem[] {
    const ranksOf = new Ranking(root);
    return [...this.#noted.values()]
      .map((problem) => ({ ...problem, ranks: ranksOf.path(problem.path) }))
      .sort((a, b) => compareRanks(a.ranks, b.ranks))
      .map(({ path, message }) => ({ path: shownPath(path), message }));
  }
}

/** Where the steps of a path stand among their neighbours: names and indexes become numbers. */
class Ranking {
  readonly #root: unknown;
  readonly #names = new Map<object, Map<string, number>>();

  constructor(root: unknown) {
    this.#root = root;
  }

  /** @returns a number a step, -1 for what is not there. */
  path(path: JsonPath): number[] {
    let container = this.#root;
    return path.map((step) => {
      if (typeof container !== "object" || container === null) return -1;
      const rank = typeof step === "number" ? step : (this.#ranksIn(container).get(step) ?? -1);
      container = rank < 0 ? undefined : (container as Readonly<Record<string, unknown>>)[step];
      return rank;
    });
  }

  #ranksIn(container: object): Map<string, number> {
    const known = this.#names.get(container);
    if (known !== undefined) return known;
    const ranks = new Map(Object.keys(container).map((name, rank) => [name, rank]));
    this.#names.set(container, ranks);
    return ranks;
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, step) => rank !== b[step]);
  if (at < 0) return a.length - b.length;
  return (a[at] as number) - (b[at] ?? -Infinity);
}

function shownPath(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? shownName(step) : `${text}.${shownName(step)}`;
  }, "");
}

/** A member's name as messages show it: any name at all can stand in a text that is being refused. */
function shownName(name: string): string {
  const shown = [...name.slice(0, 4 * MAX_QUOTED_CHARACTERS).replace(UNSHOWN, "")];
  if (shown.length === 0) return '""';
  return shown.length > MAX_QUOTED_CHARACTERS
    ? `${shown.slice(0, MAX_QUOTED_CHARACTERS - 1).join("")}…`
    : shown.join("");
}
