import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseMinisignPublicKey, parseMinisignSecretKey } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { namesIn } from "./datafolder.ts";

const signKey = (...args: string[]) => run("sotto-resolver", ["sign-key", ...args]);

describe("sotto-resolver sign-key", () => {
  it("writes a secret key for its owner alone, the public key beside it, and prints that", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "list.key");
    const { code, stdout } = await signKey("--out", path);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^RW[A-Za-z0-9+/]{54}\n$/)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { publicKey } = parseMinisignSecretKey(await readFile(path, "utf8"));
    expect(parseMinisignPublicKey(await readFile(`${path}.pub`, "utf8"))).toEqual(publicKey);
    expect(parseMinisignPublicKey(stdout.trim())).toEqual(publicKey);
    expect((await signKey("--out", join(folder, "another.key"))).stdout).not.toBe(stdout);
  });

  it("never writes over a file, and leaves no half of a pair", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "a.key"), "precious");
    await writeFile(join(folder, "b.key.pub"), "precious");
    for (const name of ["a.key", "b.key"]) {
      const { code, stdout, stderr } = await signKey("--out", join(folder, name));
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining("never overwritten")]);
    }
    expect(await namesIn(folder)).toEqual(["a.key", "b.key.pub"]);
    for (const name of ["a.key", "b.key.pub"]) expect(await readFile(join(folder, name), "utf8")).toBe("precious");
    expect((await signKey("--out", join(folder, "missing/c.key"))).code).toBe(1);
    expect((await signKey()).code).toBe(2);
  });
});
