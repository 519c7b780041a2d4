import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { completionScript, SHELLS } from "@sotto/wire/commandline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programs } from "../../repository/programs.ts";

const TYPING = fileURLToPath(new URL("typing.py", import.meta.url));

/** What a person types, with the key that completes, and what the command is then called with. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ["sotto-keys ep\t", ["epochs"]],
  ["sotto-keys --vers\t", ["--version"]],
  ["sotto-keys export --fo\the\t", ["export", "--format", "hex"]],
  ["sotto-keys export --out out.key --format ag\t", ["export", "--out", "out.key", "--format", "age"]],
  ["sotto-keys public tri\t", ["public", "trial.key"]],
  // A folder is taken where a file begins with the same letters.
  ["sotto-keys list --keyring tr\t", ["list", "--keyring", "trainees"]],
  ["sotto-keys help reti\t", ["help", "retire"]],
  ["sotto-keys --debug comb\t", ["--debug", "combine"]],
  ["sotto-client disable --pu\t", ["disable", "--purge"]],
  ["sotto-client check --against tri\tother.json", ["check", "--against", "trial.key", "other.json"]],
  ["sotto-client completion f\t", ["completion", "fish"]],
  ["sotto-resolver serve --rate-limit of\t", ["serve", "--rate-limit", "off"]],
  ["sotto-resolver sign\t--out x", ["sign-key", "--out", "x"]],
  ["sotto-decoder scan --engine sod\t", ["scan", "--engine", "sodium-native"]],
];

const PROGRAMS = await programs();

describe.each(SHELLS)("in a real %s", (shell) => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-completion-"));
    writeFileSync(join(folder, "trial.key"), "");
    mkdirSync(join(folder, "trainees"));
    for (const [name, program] of PROGRAMS) {
      writeFileSync(join(folder, `${name}.${shell}`), completionScript(shell, program));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("what is typed is completed to what exists", () => {
    const scripts = [...PROGRAMS.keys()].map((name) => `${name}.${shell}`);
    const input = TYPED.map(([line]) => line).join("\n");
    const options = {
      cwd: folder,
      input,
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, HOME: folder },
    } as const;
    const { stdout, stderr } = spawnSync("python3", [TYPING, shell, ...scripts], options);
    expect(stderr).toBe("");
    const called = stdout
      .trim()
      .split("\n")
      .map((line): string[] => JSON.parse(line));
    // bash and fish leave the slash behind a folder.
    expect(called.map((words) => words.map((word) => word.replace(/\/$/, "")))).toEqual(
      TYPED.map(([, words]) => words),
    );
  });

  it("the script says nothing when it is read", () => {
    const script = [...PROGRAMS].map(([name]) => `source ./${name}.${shell}`).join("\n");
    const prepared = shell === "zsh" ? `autoload -Uz compinit; compinit -D; ${script}` : script;
    const ran = spawnSync(shell, ["-c", prepared], { cwd: folder, encoding: "utf8" });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
  });
});
