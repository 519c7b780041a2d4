import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeKeyFile } from "@sotto/keys";
import { describe, expect, it } from "vitest";
import { describeEngine } from "../../decoder/engine/contract.ts";
import { seededKeyPair } from "../../decoder/keyrings.ts";
import { sealed, segmentFile } from "../../decoder/sealing.ts";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

describeEngine("native");

describe("sotto-decoder with the package that npm run build:native made", () => {
  it("scans with it in threads, and finds what libsodium finds", async () => {
    const folder = await temporaryFolder();
    const own = seededKeyPair("own");
    const keyFile = join(folder, "own.key");
    await writeKeyFile(keyFile, own, { passphrase: null });
    const frames = Array.from({ length: 700 }, (_, n) =>
      sealed(`{"n":${n}}`, n % 50 === 0 ? own : seededKeyPair("another"), `frame ${n}`),
    );
    await writeFile(join(folder, "log.seg"), await segmentFile(frames.flat()));
    const scan = (engine: string) =>
      run("sotto-decoder", ["scan", "--from", folder, "--key-file", keyFile, "--engine", engine, "--threads", "2"]);
    const [native, sodium] = [await scan("native"), await scan("sodium-native")];
    expect(native.stdout.trim().split("\n")).toHaveLength(14);
    expect(native).toEqual({ ...sodium, stderr: sodium.stderr.replace("sodium-native", "native") });
    expect(native.stderr).toContain("native");
  });

  it("lists what this machine runs, and names the instructions that it lacks for more", async () => {
    const { code, stdout, stderr } = await run("sotto-decoder", ["engines"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^native +(IFMA, 8|AVX2, 4|NEON, 2) lanes +[\d,]+ +\d+\.\d\d$/m);
  });
});
