import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { toldBy } from "../../build/man/help.ts";
import { commandsIn, type Documented, documentedCommands } from "./documented.ts";
import { programs } from "./programs.ts";
import { commandsOf, type Words } from "./shellwords.ts";
import { PACKAGES, ROOT } from "./sources.ts";

/** Words that stand for what a reader puts there: `NAME`, `postgres://...`, and `...` for more of the same. */
const isPlaceholder = (word: string) => /^[A-Z][A-Z-]+(?:\.\w+)?$/.test(word) || word.includes("...");

/**
 * Has the real command line parse a command, without doing anything.
 *
 * @returns what it said against it; null if nothing.
 */
async function refusal(words: Words, isPart: boolean): Promise<string | null> {
  const [name = "", ...argv] = words;
  const program = (await programs()).get(name);
  if (program === undefined) return "there is no such program";
  let said = "";
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: () => {}, writeErr: (text) => (said += text) });
    if (command !== program) command.action(() => {});
    relax(command, isPart, words.some(isPlaceholder));
  }
  if (isPart && argv.length === 0) return null;
  // A part may end with an option that takes a value: which value, it does not say.
  const last = program.commands
    .find((command) => command.name() === argv[0])
    ?.options.find(({ long }) => long === argv.at(-1));
  const whole = isPart && last?.required === true ? [...argv, last.argChoices?.[0] ?? "0"] : argv;
  return await program.parseAsync(whole, { from: "user" }).then(
    () => null,
    (error: { exitCode: number }) => (error.exitCode === 0 ? null : said.trim()),
  );
}

function relax(command: Command, isPart: boolean, hasPlaceholder: boolean): void {
  for (const option of command.options) {
    if (isPart) option.mandatory = false;
    if (isPart || hasPlaceholder) delete option.parseArg;
  }
  if (isPart) for (const argument of command.registeredArguments) argument.argOptional();
}

const NPM = new Set(["ci", "install", "init", "pkg", "pack", "exec", "publish"]);

/** What is wrong with a command of npm, run where the document is; null if nothing. */
function npmRefusal([, command = "", ...rest]: Words, folder: string): string | null {
  const name =
    command === "test" ? "test" : command === "run" ? (rest.find((word) => !word.startsWith("-")) ?? "") : null;
  if (name !== null) return scriptsOf(folder).includes(name) ? null : `there is no script ${name}`;
  if (!NPM.has(command)) return `npm ${command} is not known here`;
  const unknown = rest.filter((word, i) => rest[i - 1] === "-w" && !existsSync(join(ROOT, word, "package.json")));
  const strange = rest.filter(
    (word) => word.startsWith("@sotto/") && !PACKAGES.some((name) => word === `@sotto/${name}`),
  );
  return [...unknown, ...strange].length === 0 ? null : `there is no ${[...unknown, ...strange].join(", ")}`;
}

function scriptsOf(folder: string): string[] {
  const own = join(ROOT, folder, "package.json");
  const manifest = JSON.parse(readFileSync(existsSync(own) ? own : join(ROOT, "package.json"), "utf8"));
  // Packages have no scripts: theirs are the repository's.
  const scripts = manifest.scripts ?? JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;
  return Object.keys(scripts);
}

async function problemOf({ place, words, isPart }: Documented): Promise<string[]> {
  const [name = "", first = ""] = words;
  let problem: string | null;
  if (name === "npm") problem = npmRefusal(words, dirname(place.split(":")[0] ?? ""));
  else if (name === "npx") problem = existsSync(join(ROOT, "node_modules/.bin", first)) ? null : `there is no ${first}`;
  else problem = await refusal(words, isPart);
  return problem === null ? [] : [`${place}: ${words.join(" ")}: ${problem}`];
}

describe("the commands that documents show", () => {
  const documented = documentedCommands();

  it("are found", () => {
    const whole = documented.filter(({ isPart }) => !isPart).map(({ words }) => words);
    expect(whole.filter(([name]) => name?.startsWith("sotto-")).length).toBeGreaterThan(30);
    expect(whole.filter(([name]) => name === "npm").length).toBeGreaterThan(15);
    expect(documented.length).toBeGreaterThan(150);
  });

  it("are understood by the real command lines, or are scripts that exist", async () => {
    const problems = await Promise.all(documented.map(problemOf));
    expect(problems.flat()).toEqual([]);
  });

  it("are understood where a help text shows them", async () => {
    const told = [...(await programs()).values()].flatMap((program) => program.commands.map(toldBy));
    const examples = told.flatMap(({ examples }) => examples.join("\n").replaceAll("\\\n", " ").split("\n"));
    const commands = examples.flatMap((line) => commandsOf(line)).filter(([name]) => name?.startsWith("sotto-"));
    expect(commands.length).toBeGreaterThan(40);
    const problems = await Promise.all(commands.map((words) => problemOf({ place: "help", words, isPart: false })));
    expect(problems.flat()).toEqual([]);
  });

  it("of unit files are understood", async () => {
    const lines = globSync("docs/*.service", { cwd: ROOT }).flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(/^Exec.*\/(sotto-\w+)\.js (.*)$/gm)].map(
        ([, name, rest]) => `${name} ${rest}`,
      ),
    );
    expect(lines.length).toBeGreaterThan(0);
    const commands = lines.flatMap((line) => commandsOf(line));
    const problems = await Promise.all(commands.map((words) => problemOf({ place: "unit", words, isPart: false })));
    expect(problems.flat()).toEqual([]);
  });

  it.each([
    ["sotto-keys epochs --evry week", "unknown option '--evry'"],
    ["sotto-keys nonsense", "unknown command 'nonsense'"],
    ["sotto-keys retire now", "too many arguments"],
    ["sotto-keys split --shares 5", "required option '--threshold <n>' not specified"],
    ["sotto-keys export --out x --format pem", "is invalid"],
    ["sotto-client check", "missing required argument 'definition'"],
    ["sotto-resolver serve --bits many", "is invalid"],
    ["npm run nonsense", "there is no script nonsense"],
    ["npm pack -w nowhere", "there is no nowhere"],
  ])("%s is refused", async (line, reason) => {
    const [words = []] = commandsOf(line);
    expect(await problemOf({ place: "README.md:1", words, isPart: false })).toEqual([expect.stringContaining(reason)]);
  });
});

describe("the reader of commands", () => {
  it("sees blocks, indented code, sentences and continued lines, and no output", () => {
    const text = [
      "Run `sotto-keys list`, or `SOTTO_PASSPHRASE`.",
      "",
      "    npm ci && npm test",
      "```console",
      "$ A=1 sotto-keys show \\",
      "    --keyring x > out 2>&1 # why",
      "sotto-keys retire",
      "```",
      "```sh",
      'exec sotto-client send \'{"a": 1}\' | sotto-decoder report; echo "sotto-keys list"',
      "```",
      "```js",
      'const sotto = "sotto-keys list";',
      "```",
    ].join("\n");
    expect(commandsIn("a.md", text).map(({ place, words, isPart }) => [place, isPart, ...words])).toEqual([
      ["a.md:1", true, "sotto-keys", "list"],
      ["a.md:3", false, "npm", "ci"],
      ["a.md:3", false, "npm", "test"],
      ["a.md:5", false, "sotto-keys", "show", "--keyring", "x"],
      ["a.md:10", false, "sotto-client", "send", '{"a": 1}'],
      ["a.md:10", false, "sotto-decoder", "report"],
    ]);
  });
});
