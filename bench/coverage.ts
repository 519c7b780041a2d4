/** The second half of `npm run coverage`: which lines and branches of each package the tests of `npm test` run. */
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PACKAGES } from "../test/repository/sources.ts";
import { printTable } from "./table.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SUMMARY = new URL("../node_modules/.cache/coverage/coverage-summary.json", import.meta.url);

interface Share {
  readonly total: number;
  readonly covered: number;
}

interface Covered {
  readonly lines: Share;
  readonly branches: Share;
}

const files: [string, Covered][] = Object.entries(JSON.parse(readFileSync(SUMMARY, "utf8")));
const ofPackage = (name: string) => files.filter(([path]) => relative(ROOT, path).split(sep)[0] === name);

function row(name: string, chosen: typeof files): string[] {
  const percent = (of: keyof Covered) => {
    const sum = (which: keyof Share) => chosen.reduce((all, [, covered]) => all + covered[of][which], 0);
    return `${((100 * sum("covered")) / sum("total")).toFixed(1)} %`;
  };
  return [name, String(chosen.length), percent("lines"), percent("branches")];
}

const every = PACKAGES.flatMap(ofPackage);
const rows = [...PACKAGES.map((name) => row(name, ofPackage(name))), row("all", every)];
printTable(["package", "files", "lines", "branches"], rows);
