import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { AS_DESIGNED } from "../../bench/population/installation.ts";
import { NO_LATER_RUN } from "../../bench/population/measure.ts";
import { commandOf, readOptions } from "../../bench/population/options.ts";
import { simulate } from "../../bench/population/population.ts";
import { missedOf, PROMISED_SHARE } from "../../bench/population/promise.ts";

const RUN = fileURLToPath(new URL("../../bench/population/run.ts", import.meta.url));
const settings = { installations: 600, weeks: 6, seed: "population test" };

function command(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=sotto-source", RUN, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("a simulated population", () => {
  const measure = simulate(settings);

  it("is counted for its own week, at least 97 % of those that ran and were online, and nobody twice", () => {
    expect(measure.share("present").expected).toBeGreaterThan(2000);
    expect(measure.share("present").share).toBeGreaterThanOrEqual(PROMISED_SHARE);
    expect(measure.share("counters-again").share).toBeGreaterThanOrEqual(PROMISED_SHARE);
    expect(measure.twice).toBe(0);
  });

  it("is spared nothing: frames are lost, late, and arrive again", () => {
    expect(measure.repeats).toBeGreaterThan(0);
    expect(measure.share("present").late).toBeGreaterThan(0);
    expect(measure.share("present", "resolver loses queries").expected).toBeGreaterThan(100);
    expect(measure.missing("present").length).toBeGreaterThan(0);
  });

  it("lacks a report with counters mostly where nobody ran the program again in time", () => {
    const { expected, counted } = measure.share("counters");
    const unsent = measure.missing("counters").find(([reason]) => reason === NO_LATER_RUN)?.[1] ?? 0;
    expect(unsent).toBeGreaterThan((expected - counted) / 2);
    expect((counted + unsent) / expected).toBeGreaterThanOrEqual(PROMISED_SHARE);
  });

  it("lives the same whatever the client does, and the same again", () => {
    const few = { ...settings, installations: 50 };
    const [once, again] = [simulate(few), simulate(few)];
    const random = simulate({ ...few, behaviour: { ...AS_DESIGNED, sends: "random-moment" } });
    expect(again).toEqual(once);
    expect(random.runs).toBe(once.runs);
    expect(random.share("present").expected).toBe(once.share("present").expected);
    expect(random.share("present").timelyShare).toBeLessThan(once.share("present").timelyShare - 0.2);
  });

  it("would show a client that forgets what it reported", () => {
    const behaviour = { ...AS_DESIGNED, remembersReported: false };
    const broken = simulate({ ...settings, installations: 50, behaviour });
    expect(broken.twice).toBeGreaterThan(100);
    expect(missedOf(broken)).toContain(`${broken.twice} were counted twice`);
  });
});

describe("npm run population", () => {
  it("prints the figures and the command that gives them again", () => {
    const { status, stdout, stderr } = command("--installations", "40", "--weeks", "3", "--seed", "it's");
    expect({ status, stderr }).toEqual({ status: stdout.includes("\nkept: ") ? 0 : 1, stderr: "" });
    expect(stdout).toContain("npm run population -- --installations 40 --weeks 3 --seed 'it'\\''s'\n");
    expect(stdout).toContain("counted twice: 0;");
  });

  it("explains itself, and refuses what it does not know", () => {
    expect(command("--help")).toMatchObject({ status: 0, stderr: "" });
    const refused = [
      ["--weeks", "0"],
      ["--weeks", "1.5"],
      ["--installations", "1e9"],
      ["--installations", ""],
      ["--x"],
    ];
    for (const args of refused) expect(() => readOptions(args)).toThrow();
    expect(command("--weeks", "0")).toMatchObject({ status: 2, stdout: "" });
    expect(commandOf({ installations: 1, weeks: 2, seed: "a" })).toContain("--installations 1 --weeks 2 --seed 'a'");
  });
});
