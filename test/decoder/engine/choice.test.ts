import { describe, expect, it } from "vitest";
import type { Candidate, Offer } from "../../../decoder/engine/candidate.ts";
import { chooseEngine, engineOf } from "../../../decoder/engine/choice.ts";
import { ENGINE_NAMES, type Engine, type EngineName } from "../../../decoder/engine/engine.ts";
import type { EngineLoaders } from "../../../decoder/engine/loaders.ts";
import { loadSodium } from "../../../decoder/engine/sodium.ts";
import { EngineError, WrongEngineError } from "../../../decoder/errors.ts";

/** An engine that is only looked at. */
function offered(name: EngineName, path: string): Candidate {
  const open = () => expect.unreachable("nothing is opened");
  return { engine: { name, path, open }, recipe: { name: "tweetnacl" } };
}

function offer(...candidates: Candidate[]): () => Promise<Offer> {
  return async () => ({ candidates, unfit: [] });
}

const absent = (name: EngineName) => () =>
  Promise.reject(new EngineError("SOTTO_ENGINE_ABSENT", `the engine ${name} does not load`));
const wrong = () => Promise.reject(new WrongEngineError("the engine wasm gives wrong answers"));

const everything: EngineLoaders = {
  native: offer(offered("native", "IFMA"), offered("native", "AVX2")),
  wasm: offer(offered("wasm", "2 lanes")),
  "sodium-native": offer(offered("sodium-native", "libsodium")),
  tweetnacl: offer(offered("tweetnacl", "JavaScript")),
};

/** Rates by path; who is not named must not be tried. */
function rates(byPath: Readonly<Record<string, number>>): (engine: Engine) => number {
  return ({ path }) => byPath[path] ?? expect.unreachable(`${path} was tried`);
}

async function pathOf(name: string, options: Parameters<typeof chooseEngine>[1]): Promise<string> {
  return (await chooseEngine(name, options)).engine.path;
}

describe("the choice of an engine", () => {
  it("is by itself the fastest of a trial, whichever that is", async () => {
    const slow = { IFMA: 1, AVX2: 2, "2 lanes": 3, libsodium: 4 };
    for (const best of Object.keys(slow)) {
      expect(await pathOf("auto", { loaders: everything, rate: rates({ ...slow, [best]: 9 }) })).toBe(best);
    }
  });

  it("leaves out what does not load and what fails its known answers", async () => {
    const loaders = { ...everything, native: absent("native"), wasm: wrong };
    expect(await pathOf("auto", { loaders, rate: rates({}) })).toBe("libsodium");
    const without = { ...loaders, "sodium-native": absent("sodium-native") };
    expect(await pathOf("auto", { loaders: without, rate: rates({}) })).toBe("JavaScript");
    expect(await pathOf("auto", { loaders: { ...without, wasm: everything.wasm }, rate: rates({}) })).toBe("2 lanes");
  });

  it("takes libsodium for a few frames without a trial, and a trial where that is missing", async () => {
    expect(await pathOf("auto", { loaders: everything, rate: rates({}), frames: 19_999 })).toBe("libsodium");
    const trial = rates({ IFMA: 4, AVX2: 3, "2 lanes": 2, libsodium: 1 });
    expect(await pathOf("auto", { loaders: everything, rate: trial, frames: 20_000 })).toBe("IFMA");
    const loaders = { ...everything, "sodium-native": absent("sodium-native") };
    expect(await pathOf("auto", { loaders, rate: trial, frames: 1 })).toBe("IFMA");
  });

  it("takes what was named, in its fastest way, or says why not", async () => {
    const options = { loaders: { ...everything, wasm: wrong }, rate: rates({ IFMA: 1, AVX2: 2 }) };
    expect(await pathOf("native", options)).toBe("AVX2");
    expect(await pathOf("tweetnacl", options)).toBe("JavaScript");
    await expect(chooseEngine("wasm", options)).rejects.toThrow(WrongEngineError);
  });

  it.each(["tweetnacl", "sodium-native"] satisfies EngineName[])("finds %s on this machine", async (name) => {
    expect((await engineOf(name)).name).toBe(name);
  });

  it("says in one line what does not load, and what there is not", async () => {
    const missing = () =>
      loadSodium(async () => {
        throw new Error("Cannot find package 'sodium-native'\nimported from here and there");
      });
    await expect(missing()).rejects.toThrow(
      new EngineError(
        "SOTTO_ENGINE_ABSENT",
        "the engine sodium-native does not load on this machine: Cannot find package 'sodium-native'",
      ),
    );
    for (const name of ["", "Tweetnacl", "toString", "WASM"]) {
      await expect(engineOf(name)).rejects.toMatchObject({
        code: "SOTTO_ENGINE_UNKNOWN",
        message: `there is no engine '${name}'; there are auto, ${ENGINE_NAMES.join(", ")}`,
      });
    }
  });

  it("does not take a mistake of ours for an engine that is absent", async () => {
    const loaders = { ...everything, native: () => Promise.reject(new TypeError("a mistake")) };
    await expect(engineOf("auto", { loaders })).rejects.toThrow(TypeError);
  });
});
