import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dayOfDate, encodePublicKey, generateKeyPair } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { resolveAddressee } from "../../client/addressee.ts";
import { run } from "../e2e/command.ts";
import { seededOctets } from "../e2e/frames.ts";
import { temporaryFolder } from "../e2e/scene.ts";

const [first, second] = ["first", "second"].map((seed) => {
  return encodePublicKey(generateKeyPair(() => seededOctets(seed, 32)).publicKey);
}) as [string, string];

const DEFINITION = {
  sotto: 1,
  project: "example",
  zones: [{ zone: "r.example.net", ack: ["192.0.2.1"], bits: 3 }, { zone: "r.example.org" }],
  keys: [
    { key: first, from: "2026-11-16", until: "2026-11-23" },
    { key: second, from: "2026-11-23", until: "2026-11-30" },
  ],
  reports: {},
};

async function definitionFile(definition: object): Promise<string> {
  const path = join(await temporaryFolder(), "sotto.json");
  await writeFile(path, JSON.stringify(definition));
  return path;
}

const day = (date: string) => dayOfDate(date) ?? Number.NaN;

describe("who is written to", () => {
  it("is a definition's first zone, and the key of the day of sealing (protocol.md section 7)", async () => {
    const { keyOf, ...rest } = await resolveAddressee({ definition: await definitionFile(DEFINITION), ack: [] });
    expect(rest).toEqual({ project: "example", zone: "r.example.net", ack: ["192.0.2.1"], bits: 3 });
    const keys = ["2026-11-16", "2026-11-22", "2026-11-23", "2026-11-29"].map((date) =>
      encodePublicKey(keyOf(day(date))),
    );
    expect(keys).toEqual([first, first, second, second]);
  });

  it("is nobody before the first epoch and after the last: an abandoned program falls silent by itself", async () => {
    const { keyOf } = await resolveAddressee({ definition: await definitionFile(DEFINITION), ack: [] });
    for (const date of ["2026-11-15", "2026-11-30", "2030-01-01"]) {
      expect(() => keyOf(day(date))).toThrow(expect.objectContaining({ code: "SOTTO_NO_KEY" }));
    }
  });

  it("is what flags say where they say something", async () => {
    const definition = await definitionFile(DEFINITION);
    expect(await resolveAddressee({ definition, ack: ["192.0.2.9"], bits: 0 })).toMatchObject({
      ack: ["192.0.2.9"],
      bits: 0,
    });
    const { keyOf } = await resolveAddressee({ key: second, zone: "R.Example.NET.", ack: [] });
    expect(encodePublicKey(keyOf(0))).toBe(second);
  });

  it.each([
    [{ ack: [] }, "SOTTO_USAGE"],
    [{ key: first, ack: [] }, "SOTTO_USAGE"],
    [{ definition: "x", key: first, ack: [] }, "SOTTO_USAGE"],
    [{ definition: "x", zone: "r.example.net", ack: [] }, "SOTTO_USAGE"],
    [{ definition: "/nonexistent/sotto.json", ack: [] }, "SOTTO_DEFINITION_READ"],
  ])("is not known from %j", async (flags, code) => {
    await expect(resolveAddressee(flags)).rejects.toMatchObject({ code });
  });
});

describe("sotto-client send", () => {
  it("says in one line what is wrong with a definition, and sends nothing", async () => {
    const definition = await definitionFile({ ...DEFINITION, zone: "r.example.net" });
    const { code, stderr } = await run("sotto-client", ["send", "--definition", definition, "{}"]);
    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toContain("sotto-client: zone is not known");
    expect((await run("sotto-client", ["send", "{}"])).code).toBe(2);
  });
});
