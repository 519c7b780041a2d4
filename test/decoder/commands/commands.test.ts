import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Definition, SottoError } from "@sotto/wire";
import { Command } from "commander";
import { describe, expect, it, vi } from "vitest";
import type { Answers } from "../../../decoder/answers/model.ts";
import type { AnswerContext } from "../../../decoder/commands/context.ts";
import { register as registerPublish } from "../../../decoder/commands/publish.ts";
import { register as registerReport } from "../../../decoder/commands/report.ts";
import { register as registerServe } from "../../../decoder/commands/serve.ts";
import type { RecordStore } from "../../../decoder/store/contract.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { everyKind, plausible } from "../answers/plausible.ts";

const source = plausible(8, 80);

/** A world in which a command runs, and what it did there. */
class World implements AnswerContext {
  out = "";
  err = "";
  opened = 0;
  screen: AnswerContext["screen"] = null;
  confirm: AnswerContext["confirm"] = null;
  onReady: (address: string) => Promise<void> = async () => {};

  async openStore(path: string): Promise<RecordStore> {
    expect(path).toBe("records");
    this.opened++;
    return { ...source, close: async () => void this.opened-- } as unknown as RecordStore;
  }

  async definition(path: string): Promise<Definition> {
    expect(path).toBe("sotto.json");
    return everyKind() as Definition;
  }

  write = async (text: string) => {
    this.out += text;
  };

  note = (text: string) => {
    this.err += `${text}\n`;
  };

  /** A command listens for its end before it says that it is ready: whoever reads that may end it at once. */
  stopped = async () => {
    const atFirst = this.err;
    await vi.waitUntil(() => this.err !== atFirst);
    expect(atFirst).toBe("");
    await this.onReady(/http:\S+/.exec(this.err)?.[0] ?? "");
  };

  /** @returns the exit code, as the launcher would give it. */
  async run(...argv: string[]): Promise<number> {
    const program = new Command("sotto-decoder")
      .exitOverride()
      .configureOutput({ writeErr: (text) => this.note(text) });
    for (const register of [registerReport, registerPublish, registerServe]) register(program, this);
    for (const command of program.commands)
      command.exitOverride().configureOutput({ writeErr: (text) => this.note(text) });
    const [name = "", ...flags] = argv;
    try {
      await program.parseAsync([name, "--store", "records", ...flags], { from: "user" });
      return 0;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { exitCode, code } = error as Error & { exitCode?: number; code?: string };
      if (code?.startsWith("commander.")) return exitCode === 0 ? 0 : 2;
      expect(error).toBeInstanceOf(SottoError);
      expect(error.message).not.toContain("\n");
      this.err += `${error.message}\n`;
      return exitCode ?? 1;
    } finally {
      expect(this.opened).toBe(0);
    }
  }
}

describe("sotto-decoder report", () => {
  it("writes text, JSON or CSV", async () => {
    const [text, json, csv] = [new World(), new World(), new World()];
    expect(await text.run("report")).toBe(0);
    expect(text.out).toContain("Left Pad: what installations report");
    expect(await json.run("report", "--json", "--windows", "3", "--report", "weekly")).toBe(0);
    expect((JSON.parse(json.out) as Answers).reports.map(({ windows }) => windows.length)).toEqual([3]);
    expect(await csv.run("report", "--csv")).toBe(0);
    expect(csv.out.split("\n").length).toBeGreaterThan(100);
    expect(text.err + json.err + csv.err).toBe("");
  });

  it("is as wide as the screen, and has colours only there", async () => {
    const world = new World();
    world.screen = { columns: 70, colours: true };
    expect(await world.run("report")).toBe(0);
    expect(world.out).toContain("\u001b[");
    const piped = new World();
    await piped.run("report");
    expect(piped.out).not.toContain("\u001b[");
    expect(Math.max(...piped.out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it("writes a page to a file, in the place of the one before", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "out.html");
    await writeFile(path, "old");
    const world = new World();
    expect(await world.run("report", "--html", path)).toBe(0);
    expect(await readFile(path, "utf8")).toMatch(/^<!doctype html>/);
    expect(await readdir(folder)).toEqual(["out.html"]);
    expect(world.err).toBe(`${path} is written\n`);
  });

  it("narrows by conditions", async () => {
    const world = new World();
    expect(await world.run("report", "--json", "--where", "runner=ci", "--where", "runner=agent")).toBe(0);
    const answers = JSON.parse(world.out) as Answers;
    expect(answers.where).toEqual([{ field: "runner", values: ["ci", "agent"] }]);
    expect(answers.reports.map(({ name }) => name)).toEqual(["weekly"]);
  });

  it("shows everybody complete windows with small cells merged, below the threshold that is asked for", async () => {
    const [usual, strict, early] = [new World(), new World(), new World()];
    expect(await usual.run("report", "--json", "--public")).toBe(0);
    const answers = JSON.parse(usual.out) as Answers;
    expect(answers.threshold).toBe(10);
    expect(answers.reports.flatMap(({ windows }) => windows).every(({ isComplete }) => isComplete)).toBe(true);
    expect(await strict.run("report", "--json", "--public", "--threshold", "50")).toBe(0);
    expect((JSON.parse(strict.out) as Answers).threshold).toBe(50);
    expect(await early.run("report", "--json", "--public", "--unsettled")).toBe(0);
    const windows = (JSON.parse(early.out) as Answers).reports.flatMap((report) => report.windows);
    expect(windows.some(({ isComplete }) => !isComplete)).toBe(true);
  });

  it.each([
    [["--json", "--csv"], "give one of --json, --csv and --html"],
    [["--public", "--where", "runner=ci"], "--public has no --where"],
    [["--threshold", "5"], "--threshold and --unsettled are for --public"],
    [["--public", "--threshold", "1"], "--threshold takes a whole number from 2 to 100000"],
    [["--windows", "many"], "--windows takes a whole number"],
    [["--report", "monthly"], "the definition has no such report"],
    [["--where", "runner=robot"], "runner never says that"],
    [["--report", "failures", "--where", "runner=ci"], "no report has all of these fields"],
    [["--unknown"], "unknown option"],
  ])("is refused as wrong usage, in one line: %j", async (flags, message) => {
    const world = new World();
    expect(await world.run("report", ...flags)).toBe(2);
    expect(world.err).toContain(message);
    expect(world.out).toBe("");
  });
});

describe("sotto-decoder publish", () => {
  it("shows what would be published, asks, and writes", async () => {
    const to = join(await temporaryFolder(), "site");
    const world = new World();
    const asked: string[] = [];
    world.confirm = async (question) => {
      asked.push(question);
      expect(await readdir(to).catch(() => null)).toBeNull();
      expect(world.out).toContain("figures hidden");
      return true;
    };
    expect(await world.run("publish", "--to", to)).toBe(0);
    expect(asked).toHaveLength(1);
    expect(await readdir(to)).toContain("index.html");
  });

  it("writes nothing without a yes", async () => {
    const to = join(await temporaryFolder(), "site");
    const world = new World();
    world.confirm = async () => false;
    expect(await world.run("publish", "--to", to)).toBe(1);
    expect(world.err).toContain("nothing was published");
    const alone = new World();
    expect(await alone.run("publish", "--to", to)).toBe(2);
    expect(alone.err).toContain("nobody can be asked here");
    expect(await readdir(to).catch(() => null)).toBeNull();
    expect(await alone.run("publish", "--to", to, "--yes")).toBe(0);
    expect(await readdir(to)).toHaveLength(10);
  });

  it("refuses a folder of others before it asks or reads anything", async () => {
    const to = await temporaryFolder();
    await writeFile(join(to, "index.html"), "mine");
    const world = new World();
    world.confirm = async () => true;
    expect(await world.run("publish", "--to", to)).toBe(1);
    expect(world.out).toBe("");
    expect(await readFile(join(to, "index.html"), "utf8")).toBe("mine");
  });
});

describe("sotto-decoder serve", () => {
  it("says where, answers there until it is stopped, and closes the records", async () => {
    const world = new World();
    let status = 0;
    world.onReady = async (address) => {
      status = (await fetch(address)).status;
    };
    expect(await world.run("serve", "--listen", "127.0.0.1:0")).toBe(0);
    expect(status).toBe(200);
    expect(world.err).toMatch(/^ready: http:\/\/127\.0\.0\.1:\d+\/\n$/);
  });

  it("listens to no other machine", async () => {
    const world = new World();
    expect(await world.run("serve", "--listen", "0.0.0.0:8160")).toBe(2);
    expect(world.err).toContain("an address of this machine alone");
  });
});
