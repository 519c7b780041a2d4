import { describe, expect, it } from "vitest";
import { type EngineLoaders, engineOf } from "../../../decoder/engine/choice.ts";
import type { EngineName } from "../../../decoder/engine/engine.ts";
import { loadSodium } from "../../../decoder/engine/sodium.ts";
import { tweetnaclEngine } from "../../../decoder/engine/tweetnacl.ts";
import { EngineError } from "../../../decoder/errors.ts";

const missing = () =>
  loadSodium(async () => {
    throw new Error("Cannot find package 'sodium-native'\nimported from here and there");
  });
const withoutSodium: EngineLoaders = { "sodium-native": missing, tweetnacl: async () => tweetnaclEngine };

describe("the choice of an engine", () => {
  it.each(["tweetnacl", "sodium-native"] satisfies EngineName[])("takes %s by its name", async (name) => {
    expect((await engineOf(name)).name).toBe(name);
  });

  it("takes libsodium by itself where that loads, else tweetnacl", async () => {
    expect((await engineOf("auto")).name).toBe("sodium-native");
    expect((await engineOf("auto", withoutSodium)).name).toBe("tweetnacl");
  });

  it("says in one line what does not load, and what there is not", async () => {
    await expect(engineOf("sodium-native", withoutSodium)).rejects.toThrow(
      new EngineError(
        "SOTTO_ENGINE_ABSENT",
        "the engine sodium-native does not load on this machine: Cannot find package 'sodium-native'",
      ),
    );
    for (const name of ["", "Tweetnacl", "toString", "wasm"]) {
      const error = await engineOf(name).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({
        code: "SOTTO_ENGINE_UNKNOWN",
        message: `there is no engine '${name}'; there are auto, sodium-native, tweetnacl`,
      });
    }
  });

  it("does not take a mistake of ours for an engine that is absent", async () => {
    const broken = { ...withoutSodium, "sodium-native": () => Promise.reject(new TypeError("a mistake")) };
    await expect(engineOf("auto", broken)).rejects.toThrow(TypeError);
  });
});
