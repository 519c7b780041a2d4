import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  encodeMinisignSecretKey,
  encodeSegmentList,
  generateMinisignKey,
  parseMinisignPublicKey,
  parseMinisignSecretKey,
  signList,
  signMinisign,
  verifyMinisign,
} from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { requirePackages } from "./network/packages.ts";

const execute = promisify(execFile);

/** Runs minisign in a folder; rejects when it ends with anything but 0. */
async function minisign(folder: string, ...args: string[]): Promise<string> {
  return (await execute("minisign", args, { cwd: folder })).stdout;
}

/** Contents of every size that matters to BLAKE2b: empty, one block and around it, a list's. */
const CONTENTS = [0, 1, 127, 128, 129, 1000, 300_000].map((length) => Buffer.alloc(length, `content ${length}`));

describe("minisign, the tool", () => {
  beforeAll(() => requirePackages({ minisign: "minisign" }));

  it("verifies what we sign with the key pair that sign-key makes", async () => {
    const folder = await temporaryFolder();
    const made = await run("sotto-resolver", ["sign-key", "--out", join(folder, "list.key")]);
    expect(made.code).toBe(0);
    const secretKey = parseMinisignSecretKey(await readFile(join(folder, "list.key"), "utf8"));
    for (const [index, content] of CONTENTS.entries()) {
      await writeFile(join(folder, "content"), content);
      await writeFile(join(folder, "content.minisig"), signMinisign(content, secretKey, `comment ${index} ü`));
      const fromFile = await minisign(folder, "-V", "-H", "-p", "list.key.pub", "-m", "content");
      expect(fromFile).toContain(`Trusted comment: comment ${index} ü`);
      expect(await minisign(folder, "-V", "-P", made.stdout.trim(), "-m", "content")).toBe(fromFile);
    }
    const list = encodeSegmentList({ zone: "r.example.net", segments: [] });
    await writeFile(join(folder, "segments.json"), list);
    await writeFile(join(folder, "segments.json.minisig"), signList(list, secretKey));
    expect(await minisign(folder, "-V", "-Q", "-p", "list.key.pub", "-m", "segments.json")).toBe(
      "sotto segment list of r.example.net\n",
    );
    await writeFile(join(folder, "segments.json"), `${list}\n`);
    await expect(minisign(folder, "-V", "-p", "list.key.pub", "-m", "segments.json")).rejects.toThrow();
  });

  it("signs with our secret key, and derives the same public key from it", async () => {
    const folder = await temporaryFolder();
    await run("sotto-resolver", ["sign-key", "--out", join(folder, "list.key")]);
    const publicText = await readFile(join(folder, "list.key.pub"), "utf8");
    await minisign(folder, "-R", "-s", "list.key", "-p", "again.pub");
    expect((await readFile(join(folder, "again.pub"), "utf8")).split("\n")[1]).toBe(publicText.split("\n")[1]);
    expect(publicText.split("\n")[0]).toBe((await readFile(join(folder, "again.pub"), "utf8")).split("\n")[0]);
    await writeFile(join(folder, "content"), "content");
    await minisign(folder, "-S", "-s", "list.key", "-m", "content", "-t", "by the tool");
    const signature = await readFile(join(folder, "content.minisig"), "utf8");
    const { trustedComment } = verifyMinisign(Buffer.from("content"), signature, [parseMinisignPublicKey(publicText)]);
    expect(trustedComment).toBe("by the tool");
  });

  it("makes keys and signatures, prehashed and legacy, that we read", async () => {
    const folder = await temporaryFolder();
    await minisign(folder, "-G", "-W", "-p", "tool.pub", "-s", "tool.key");
    const publicKey = parseMinisignPublicKey(await readFile(join(folder, "tool.pub"), "utf8"));
    const secretText = await readFile(join(folder, "tool.key"), "utf8");
    const secretKey = parseMinisignSecretKey(secretText);
    expect(secretKey.publicKey).toEqual(publicKey);
    expect(encodeMinisignSecretKey(secretKey).split("\n")[1]).toBe(secretText.split("\n")[1]);
    expect((await stat(join(folder, "tool.key"))).mode & 0o777).toBe(0o600);
    for (const content of CONTENTS) {
      await writeFile(join(folder, "content"), content);
      for (const [flags, prehashed] of [
        [[], true],
        [["-l"], false],
      ] as const) {
        await minisign(folder, "-S", ...flags, "-s", "tool.key", "-m", "content", "-t", "of the tool");
        const signature = await readFile(join(folder, "content.minisig"), "utf8");
        expect(verifyMinisign(content, signature, [publicKey])).toEqual({ trustedComment: "of the tool", prehashed });
        const ours = signMinisign(content, secretKey, "of the tool");
        if (prehashed) expect(ours.split("\n").slice(1)).toEqual(signature.split("\n").slice(1));
      }
    }
  });

  it("refuses the signature of another key pair of ours", async () => {
    const folder = await temporaryFolder();
    await run("sotto-resolver", ["sign-key", "--out", join(folder, "list.key")]);
    await writeFile(join(folder, "content"), "content");
    await writeFile(join(folder, "content.minisig"), signMinisign(Buffer.from("content"), generateMinisignKey(), "c"));
    await expect(minisign(folder, "-V", "-p", "list.key.pub", "-m", "content")).rejects.toThrow();
  });
});
