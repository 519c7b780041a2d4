import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boxOf, makeFrame } from "@sotto/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { boxFor, own } from "../../decoder/engine/frames.ts";
import { ROOT } from "../../repository/sources.ts";
import { sodiumScalarMult } from "../../wire/libsodium.ts";
import { builtBinding } from "./subject.ts";

const SOURCE = fileURLToPath(new URL("remains.c", import.meta.url));
const FRAMES = 150;

const running = builtBinding().paths.flatMap(({ name, runs }, number) =>
  runs ? [{ name, number, compiler: "gcc", machine: "linux-x64", runner: [] }] : [],
);
const cases = [
  ...running,
  // Debian's C library is not the only one that the same binary is to load with.
  ...running.slice(0, 1).map((one) => ({ ...one, name: `${one.name}, with musl`, compiler: "musl-gcc" })),
  {
    name: "NEON, 2 lanes, under qemu",
    number: 0,
    compiler: "aarch64-linux-gnu-gcc",
    machine: "linux-arm64",
    runner: ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-native-remains-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(cases)("after a call nothing of its secrets is left on the stack: $name", (one) => {
  const { compiler, machine, runner, number } = one;
  const program = join(folder, `remains-${compiler}`);
  const input = join(folder, "input");
  execFileSync(compiler, ["-O1", "-w", "-rdynamic", "-o", program, SOURCE, "-ldl"]);
  const frames = Array.from({ length: FRAMES }, (_, i) => makeFrame(0, 0, boxFor(own, `remains ${i}`)));
  writeFileSync(input, Buffer.concat([own.publicKey, own.secretKey, ...secretsOf(frames), ...frames]));
  const binary = join(ROOT, "native", "prebuilds", `${machine}.node`);
  const [command = "", ...args] = [...runner, program, binary, String(number), input];
  const { left, used, matches } = JSON.parse(execFileSync(command, args, { encoding: "utf8" }));
  expect(matches).toBe(FRAMES);
  expect(used).toBeGreaterThan(10_000);
  expect(left).toBe(0);
});

/** The scalar as it is clamped, and the last shared secret. */
function secretsOf(frames: readonly Uint8Array[]): Uint8Array[] {
  const clamped = own.secretKey.slice();
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;
  const [last = new Uint8Array()] = frames.slice(-1);
  return [clamped, sodiumScalarMult(own.secretKey, boxOf(last).subarray(0, 32))];
}
