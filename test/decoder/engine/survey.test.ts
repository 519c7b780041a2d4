import { describe, expect, it } from "vitest";
import { formatSurvey } from "../../../decoder/commands/engines.ts";
import type { Candidate } from "../../../decoder/engine/candidate.ts";
import type { EngineName } from "../../../decoder/engine/engine.ts";
import type { EngineLoaders } from "../../../decoder/engine/loaders.ts";
import { surveyEngines } from "../../../decoder/engine/survey.ts";
import { EngineError, WrongEngineError } from "../../../decoder/errors.ts";
import { run } from "../../e2e/command.ts";

function candidate(name: EngineName, path: string): Candidate {
  return { engine: { name, path, open: () => expect.unreachable("nothing is opened") }, recipe: { name: "tweetnacl" } };
}

const loaders: EngineLoaders = {
  native: async () => ({
    candidates: [candidate("native", "AVX2, 4 lanes")],
    unfit: [{ name: "native", path: "IFMA, 8 lanes", reason: "no IFMA", isWrong: false }],
  }),
  wasm: async () => {
    throw new EngineError("SOTTO_ENGINE_ABSENT", "this runtime has no relaxed SIMD");
  },
  "sodium-native": async () => ({ candidates: [candidate("sodium-native", "libsodium")], unfit: [] }),
  tweetnacl: async () => ({ candidates: [candidate("tweetnacl", "JavaScript")], unfit: [] }),
};

/** Rates that swing, with one that is far off. */
function rates() {
  const turns: Record<string, number[]> = {
    "AVX2, 4 lanes": [90_000, 1000, 81_000, 82_000, 79_000],
    libsodium: [30_000, 29_000, 27_000, 2000, 25_000],
    JavaScript: [1500, 1400, 1300, 9999, 1200],
  };
  return ({ path }: { path: string }) => turns[path]?.shift() ?? expect.unreachable(path);
}

describe("the engines of a machine", () => {
  it("are listed with their rates, the fastest first, and with why the others do not run", async () => {
    const survey = await surveyEngines(loaders, rates());
    expect(survey.unfit.map(({ isWrong }) => isWrong)).toEqual([false, false]);
    expect(formatSurvey(survey)).toBe(
      [
        "engine         computes with  frames/s  times sodium-native",
        "native         AVX2, 4 lanes    81,000                 3.00",
        "sodium-native  libsodium        27,000                 1.00",
        "tweetnacl      JavaScript        1,400                 0.05",
        "native (IFMA, 8 lanes): not run: no IFMA",
        "wasm: not run: this runtime has no relaxed SIMD",
        "",
      ].join("\n"),
    );
  });

  it("are wrong when one of them fails its known answers, and have no ratio where libsodium is missing", async () => {
    const wrong = () => Promise.reject(new WrongEngineError("it gives wrong answers"));
    const without = { ...loaders, wasm: wrong, native: wrong, "sodium-native": loaders.wasm };
    const survey = await surveyEngines(without, rates());
    expect(survey.unfit.map(({ isWrong }) => isWrong)).toEqual([true, true, false]);
    expect(formatSurvey(survey)).toBe(
      [
        "engine     computes with  frames/s",
        "tweetnacl  JavaScript        1,400",
        "native: not run: it gives wrong answers",
        "wasm: not run: it gives wrong answers",
        "sodium-native: not run: this runtime has no relaxed SIMD",
        "",
      ].join("\n"),
    );
  });

  it("are what sotto-decoder engines prints, with those that always run", async () => {
    const { code, stdout, stderr } = await run("sotto-decoder", ["engines"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^engine +computes with +frames\/s +times sodium-native\n/);
    expect(stdout).toMatch(/^sodium-native +libsodium +[\d,]+ +1\.00$/m);
    expect(stdout).toMatch(/^tweetnacl +JavaScript +[\d,]+ +0\.\d\d$/m);
  });
});
