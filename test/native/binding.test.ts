import { describe, expect, it } from "vitest";
import { batchOf } from "../../native/batch.ts";
import { type Binding, loadBinding } from "../../native/binding.ts";

const nothing = () => {};

/** A binary that has both paths, on a CPU that runs some of them. */
function bindingOf(...running: string[]): Binding {
  const paths = ["IFMA", "AVX2"].map((feature) => ({ name: feature, feature, runs: running.includes(feature) }));
  return { paths, match: nothing, x25519: nothing };
}

function failing(message: string, code: string): () => never {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}

describe("the binary", () => {
  it.each(["win32-x64", "darwin-arm64", "linux-riscv64"])("is not there for %s", (machine) => {
    expect(() => loadBinding(machine, nothing as never)).toThrow(
      expect.objectContaining({ name: "NativeError", code: "SOTTO_NATIVE_ABSENT" }),
    );
  });

  it("may be missing from the package, or not load", () => {
    const absent = failing("Cannot find module", "MODULE_NOT_FOUND");
    expect(() => loadBinding("linux-x64", absent)).toThrow(expect.objectContaining({ code: "SOTTO_NATIVE_ABSENT" }));
    const broken = failing("file too short", "ERR_DLOPEN_FAILED");
    expect(() => loadBinding("linux-x64", broken)).toThrow(expect.objectContaining({ code: "SOTTO_NATIVE_BROKEN" }));
  });

  it("is looked for by platform and processor", () => {
    const asked: string[] = [];
    const load = (name: string) => {
      asked.push(name);
      return bindingOf();
    };
    loadBinding("linux-x64", load);
    loadBinding("linux-arm64", load);
    expect(asked).toEqual(["#prebuilds/linux-x64.node", "#prebuilds/linux-arm64.node"]);
  });
});

describe("a path", () => {
  it("is the fastest that runs, or the one that was asked for", () => {
    expect(batchOf(bindingOf("IFMA", "AVX2")).path).toBe("IFMA");
    expect(batchOf(bindingOf("AVX2")).path).toBe("AVX2");
    expect(batchOf(bindingOf("IFMA", "AVX2"), "AVX2").path).toBe("AVX2");
  });

  it("is refused where the CPU lacks its instructions, with their name", () => {
    const refusal = (why: string) =>
      expect.objectContaining({ code: "SOTTO_NATIVE_PATH", message: expect.stringContaining(why) });
    expect(() => batchOf(bindingOf("AVX2"), "IFMA")).toThrow(refusal("no IFMA"));
    expect(() => batchOf(bindingOf())).toThrow(refusal("no IFMA, no AVX2"));
    expect(() => batchOf(bindingOf("AVX2"), "SVE")).toThrow(refusal("SVE"));
  });
});
