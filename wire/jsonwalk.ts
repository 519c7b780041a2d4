/** Where a value stands in a JSON text: the names and indexes that lead to it from the root. */
export type JsonPath = readonly (string | number)[];

/**
 * What JSON.parse lets pass and a strict reader refuses: nesting beyond a depth, a member's name twice in one object,
 * a number beyond an IEEE double, half of a surrogate pair.
 */
export type JsonFault = "depth" | "duplicate" | "number" | "surrogate";

// The tokens that matter in a text already known to be JSON: strings, numbers and structure.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],]/g;

/** An object or array that is not closed yet. */
interface Open {
  /** The names so far; null for an array. */
  readonly names: Set<string> | null;
  /** Whether the next string is a name. */
  awaitsName: boolean;
  /** Of the value that comes or is being read. */
  at: string | number;
}

/**
 * Looks for faults in a text whose grammar JSON.parse has accepted.
 *
 * @param maxDepth objects and arrays within each other, the outermost being depth 1. Nothing is looked at beyond the
 *   first that is deeper.
 * @param found called for each fault, in the order of the text; it may throw to end the walk.
 */
export function walkJson(text: string, maxDepth: number, found: (fault: JsonFault, path: JsonPath) => void): void {
  const open: Open[] = [];
  const report = (fault: JsonFault) =>
    found(
      fault,
      open.map(({ at }) => at),
    );
  for (const [token] of text.matchAll(TOKEN)) {
    const first = token[0];
    const top = open.at(-1);
    if (first === "{" || first === "[") {
      if (open.length === maxDepth) {
        report("depth");
        return;
      }
      const isObject = first === "{";
      open.push({ names: isObject ? new Set() : null, awaitsName: isObject, at: isObject ? "" : 0 });
    } else if (first === "}" || first === "]") {
      open.pop();
    } else if (first === ",") {
      if (top) advance(top);
    } else if (first === '"') {
      const string = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
      const isRepeated = top?.awaitsName === true && takeName(top, string);
      if (!string.isWellFormed()) report("surrogate");
      if (isRepeated) report("duplicate");
    } else if (!Number.isFinite(Number(token))) {
      report("number");
    }
  }
}

function advance(top: Open): void {
  if (top.names !== null) top.awaitsName = true;
  else top.at = (top.at as number) + 1;
}

/** @returns whether the object had a member of this name. */
function takeName(top: Open, name: string): boolean {
  const isRepeated = top.names?.has(name) === true;
  top.names?.add(name);
  top.awaitsName = false;
  top.at = name;
  return isRepeated;
}
