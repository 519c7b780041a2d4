import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Batch } from "../../../decoder/batch/batch.ts";
import { bestRate, fastestWasm, lanesFor } from "../../../decoder/batch/fastestwasm.ts";
import { mayPair } from "../../../decoder/batch/pairing.ts";
import { isFused, type MultiplyAdd } from "../../../decoder/batch/wasm/multiplyadd.ts";
import { wasmBatch } from "../../../decoder/batch/wasmbatch.ts";
import { compileBatch, loadMultiplyAdd, type WasmCode } from "../../../decoder/batch/wasmcode.ts";
import { EngineError } from "../../../decoder/errors.ts";
import { sodiumScalarMult } from "../../wire/libsodium.ts";
import { hexOf } from "../../wire/octets.ts";
import { expectedHits, madeFrames, own, slabOf } from "../engine/frames.ts";
import { describeBatch } from "./contract.ts";

describeBatch("the batch wasm, 2 lanes", () => wasmBatch(compileBatch(2)));

describe("the multiply-add of relaxed SIMD", () => {
  const twiceRounded: MultiplyAdd = (a, b, c) => a * b + c;

  it("is told from one that rounds twice", () => {
    expect(isFused(twiceRounded)).toBe(false);
    expect(isFused((a, b, c) => -twiceRounded(a, b, c))).toBe(false);
    expect(isFused(loadMultiplyAdd())).toBe(true);
  });

  it("makes the engine absent where it rounds twice, or is not there", () => {
    const failing = [
      [() => twiceRounded, "its processor has no fused multiply-add"],
      [
        () => {
          throw new WebAssembly.CompileError("invalid simd opcode");
        },
        "this Node has no relaxed SIMD",
      ],
    ] as const;
    for (const [load, why] of failing) {
      expect(() => compileBatch(2, load)).toThrow(
        new EngineError("SOTTO_ENGINE_ABSENT", `the engine wasm does not run on this machine: ${why}`),
      );
    }
    vi.stubGlobal("WebAssembly", undefined);
    expect(() => compileBatch(2)).toThrow("the engine wasm does not run on this machine: this Node has no WebAssembly");
    vi.unstubAllGlobals();
    const mistaken = () => {
      throw new TypeError("a mistake");
    };
    expect(() => compileBatch(2, mistaken)).toThrow(TypeError);
  });
});

describe("the number of lanes", () => {
  it("is four only where four are worth it", () => {
    expect(lanesFor({ 2: 40_000, 4: 80_000 })).toBe(4);
    expect(lanesFor({ 2: 40_000, 4: 43_000 })).toBe(2);
    expect(lanesFor({ 2: 40_000, 4: 20_000 })).toBe(2);
  });

  it("is tried with four only where V8 may make use of them", () => {
    expect(mayPair("x64", "13.6.233.17-node.53")).toBe(true);
    expect(mayPair("x64", "12.4.254.21-node.33")).toBe(false);
    expect(mayPair("arm64", "13.6.233.17-node.53")).toBe(false);
  });

  it("is chosen by the best moment of a trial, whatever else the machine did", () => {
    let clock = 0;
    const taking = (milliseconds: number[]): Batch => ({
      name: "wasm",
      path: "",
      x25519: () => new Uint8Array(0),
      match: () => {
        clock += milliseconds.shift() ?? expect.unreachable("a trial without end");
        return [];
      },
    });
    expect(bestRate(taking([9, 4, 2, 20, 4, 6]), () => clock)).toBe(32_000);
    expect(bestRate(taking([1000]), () => clock)).toBe(64);
  });

  it("is one or the other here", () => {
    expect([2, 4]).toContain(fastestWasm().lanes);
  });
});

describe.each([2, 4] as const)("a compiled batch of %i lanes", (lanes) => {
  let code: WasmCode;
  beforeAll(() => {
    code = compileBatch(lanes);
  });

  it("runs in another thread, which has to compile nothing", async () => {
    const made = madeFrames("1");
    const thread = `
      const { parentPort, workerData: { path, code, slab, key } } = require("node:worker_threads");
      import(path).then(({ wasmBatch }) => parentPort.postMessage(wasmBatch(code).match(slab, [key])));`;
    const worker = new Worker(thread, {
      eval: true,
      execArgv: ["--conditions=sotto-source"],
      workerData: {
        path: new URL("../../../decoder/batch/wasmbatch.ts", import.meta.url).href,
        code,
        slab: slabOf(made),
        key: own,
      },
    });
    const matches = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(matches).toEqual(expectedHits(made).map(({ index, key }) => ({ index, key })));
  });

  it("leaves nothing in its memory but frames, points and results", () => {
    const { exports } = new WebAssembly.Instance(code.module);
    const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
    const { layout } = code;
    const before = new Uint8Array(memory);
    const made = madeFrames("1");
    memory.set(slabOf(made), layout.input);
    memory.set(own.secretKey, layout.keys);
    memory.set(own.publicKey, layout.keys + 32);
    expect((exports.match as (frames: number, keys: number) => number)(made.length, 1)).toBe(expectedHits(made).length);
    const shared = made.map(({ frame }) => hexOf(sodiumScalarMult(own.secretKey, frame.subarray(4, 36))));
    const all = hexOf(memory);
    expect([...shared, hexOf(own.secretKey)].filter((secret) => !/^0+$/.test(secret) && all.includes(secret))).toEqual(
      [],
    );
    const known = [
      { at: layout.input, octets: made.length * 118 },
      { at: layout.output, octets: made.length },
      { at: layout.points, octets: Math.ceil(made.length / lanes) * lanes * 5 * 8 },
    ];
    for (const { at, octets } of known) {
      memory.fill(0, at, at + octets);
      before.fill(0, at, at + octets);
    }
    expect(Buffer.compare(memory, before)).toBe(0);
  });
});
