import { execFileSync } from "node:child_process";

/**
 * What keeps a binary from loading with any libc and any Node: a library that it needs, a symbol beyond Node-API's, a
 * stack that may be executed, text that is relocated, symbols of ours that everybody sees.
 *
 * @returns a line for each; none when all is well.
 */
export function problemsOf(binary: string): string[] {
  const read = (...args: string[]) => execFileSync("readelf", ["--wide", ...args, binary], { encoding: "utf8" });
  const dynamic = read("--dynamic");
  const symbols = symbolsOf(read("--dyn-syms"));
  const exported = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];
  return [
    ...lines(dynamic, /\((NEEDED|TEXTREL|RPATH|RUNPATH)\)/),
    ...lines(read("--program-headers"), /GNU_STACK.*\bE\b/),
    ...symbols
      .filter(({ isDefined, name }) => !isDefined && !name.startsWith("napi_"))
      .map(({ name }) => `needs ${name}`),
    ...symbols
      .filter(({ isDefined, name }) => isDefined && !exported.includes(name))
      .map(({ name }) => `shows ${name}`),
    ...exported
      .filter((name) => !symbols.some((symbol) => symbol.isDefined && symbol.name === name))
      .map((name) => `lacks ${name}`),
  ];
}

interface Symbol {
  readonly name: string;
  readonly isDefined: boolean;
}

/** The rows `Num: Value Size Type Bind Vis Ndx Name@Version (number)` of readelf. */
function symbolsOf(table: string): Symbol[] {
  const rows = table.matchAll(/^ *\d+: [0-9a-f]+ +\d+ (?!SECTION)\w+ +\w+ +\w+ +(\w+) ([^\s@]+)\S*(?: \(\d+\))?$/gm);
  return [...rows].map(([, section, name = ""]) => ({ name, isDefined: section !== "UND" }));
}

function lines(text: string, wanted: RegExp): string[] {
  return text
    .split("\n")
    .filter((line) => wanted.test(line))
    .map((line) => line.trim());
}
