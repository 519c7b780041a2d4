import { describe, expect, it } from "vitest";
import type { Native } from "../../../decoder/batch/native.ts";
import { loadNative } from "../../../decoder/engine/native.ts";
import { loadSodium } from "../../../decoder/engine/sodium.ts";
import { EngineError, WrongEngineError } from "../../../decoder/errors.ts";
import { honestBatch } from "./batches.ts";

const sodium = await loadSodium();

/** The package on a machine that runs these paths, some of them wrongly. */
function installed(paths: readonly string[], wrong: readonly string[] = []): () => Promise<Native> {
  return async () => ({
    paths: () => [...paths],
    pathsNotRun: () => [{ name: "IFMA, 8 lanes", feature: "IFMA" }],
    loadBatch: (path = "") => {
      const { match, x25519 } = honestBatch();
      const batch = { path, match: (...given: Parameters<typeof match>) => [...match(...given)], x25519 };
      return wrong.includes(path) ? { ...batch, match: () => [] } : batch;
    },
  });
}

describe("the engine native", () => {
  it("is offered in each way that this processor runs, and says why not in the others", async () => {
    const { candidates, unfit } = await loadNative(sodium, installed(["fast", "slow"]));
    expect(candidates.map(({ engine, recipe }) => [engine.name, engine.path, recipe])).toEqual([
      ["native", "fast", { name: "native", path: "fast" }],
      ["native", "slow", { name: "native", path: "slow" }],
    ]);
    expect(unfit).toEqual([{ name: "native", path: "IFMA, 8 lanes", reason: "no IFMA", isWrong: false }]);
  });

  it("is not offered in a way that fails its known answers, and fails where none is left", async () => {
    const { candidates, unfit } = await loadNative(sodium, installed(["fast", "slow"], ["fast"]));
    expect(candidates.map(({ engine }) => engine.path)).toEqual(["slow"]);
    expect(unfit.find(({ path }) => path === "fast")).toMatchObject({ isWrong: true });
    await expect(loadNative(sodium, installed(["fast"], ["fast"]))).rejects.toThrow(WrongEngineError);
  });

  it.each([
    ["the package is missing", () => Promise.reject(new Error("Cannot find package\nand more")), "Cannot find package"],
    ["the processor runs none of its ways", installed([]), "no IFMA"],
  ])("is absent where %s", async (_, load, reason) => {
    await expect(loadNative(sodium, load)).rejects.toThrow(
      new EngineError("SOTTO_ENGINE_ABSENT", `the engine native does not load on this machine: ${reason}`),
    );
  });
});
