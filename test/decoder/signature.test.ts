import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "@sotto/decoder";
import { encodeMinisignPublicKey, type KeyPair, signList, verifySegment } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { run } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { startOrigin } from "../resolver/commands/origin.ts";
import { KEY, layOutFiles, OTHER_KEY, published, startPython } from "../resolver/commands/publishing.ts";
import { decodePublicKeyOf } from "../resolver/commands/reader.ts";
import { SEGMENT, sealed, segmentFile } from "./sealing.ts";

const LIST = "/v1/segments.json";
const SIGNATURE = `${LIST}.minisig`;

async function madeProject() {
  const folder = await temporaryFolder();
  const keyFile = join(folder, "own.key");
  const own = decodePublicKeyOf((await run("sotto-keys", ["new", "--plain", "--out", keyFile])).stdout);
  const trusted = join(folder, "list.pub");
  await writeFile(trusted, encodeMinisignPublicKey(KEY.publicKey));
  const scan = (from: readonly string[], ...args: string[]) =>
    run("sotto-decoder", ["scan", "--key-file", keyFile, ...from.flatMap((place) => ["--from", place]), ...args]);
  return { own, trusted, scan };
}

async function segmentOf(own: KeyPair, text: string, hours: number) {
  const span = { start: SEGMENT.start + hours * 3600, end: SEGMENT.end + hours * 3600 };
  const octets = await segmentFile(sealed(text, own, text), span);
  return { octets, entry: (await verifySegment([octets])).entry };
}

const trustedLine = encodeMinisignPublicKey(KEY.publicKey).split("\n")[1] ?? "";

describe("sotto-decoder scan --public-key", () => {
  it("reads what a list names that the key signed: of a collector, an export's folder and its web server", async () => {
    const { own, trusted, scan } = await madeProject();
    const segments = [await segmentOf(own, '{"n":1}', 0), await segmentOf(own, '{"n":2}', 1)];
    const files = published(segments, KEY);
    const folder = await temporaryFolder();
    await layOutFiles(folder, files);
    const origin = await startOrigin(files);
    const unchecked = await scan([origin.url]);
    expect([unchecked.code, unchecked.stdout.trim().split("\n").length]).toEqual([0, 2]);
    for (const place of [origin.url, `${origin.url}/`, folder, await startPython(folder)]) {
      for (const key of [trusted, trustedLine]) {
        expect(await scan([place], "--public-key", key)).toEqual(unchecked);
      }
    }
    const foreign = encodeMinisignPublicKey(OTHER_KEY.publicKey).split("\n")[1] ?? "";
    expect((await scan([folder], "--public-key", foreign, "--public-key", trustedLine)).code).toBe(0);
  });

  it("prints nothing at all when a list was changed, is unsigned, or somebody else signed it", async () => {
    const { own, trusted, scan } = await madeProject();
    const [first, second] = [await segmentOf(own, '{"n":1}', 0), await segmentOf(own, '{"n":2}', 1)];
    const good = await startOrigin(published([first, second], KEY));
    const signed = published([first, second], KEY);
    const cases: [Record<string, Buffer | string>, RegExp][] = [
      [{ ...signed, [LIST]: published([first])[LIST] ?? "" }, /does not fit/],
      [{ ...signed, [LIST]: `${signed[LIST]}\n` }, /does not fit/],
      [published([first, second]), /no signature/],
      [published([first, second], OTHER_KEY), /another key/],
      [{ ...signed, [SIGNATURE]: "404 not found" }, /not a minisign signature/],
    ];
    for (const [files, reason] of cases) {
      const folder = await temporaryFolder();
      await layOutFiles(folder, files);
      const origin = await startOrigin(files);
      for (const place of [folder, origin.url]) {
        const { code, stdout, stderr } = await scan([good.url, place], "--public-key", trusted);
        expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(reason)]);
        expect(stderr).toContain(`sotto-decoder: ${place}: `);
        expect(stderr.trim().split("\n")).toHaveLength(1);
      }
      expect(origin.asked).toEqual([]);
    }
  });

  it("takes no segment that the signed list does not name, and no other in the place of one that it does", async () => {
    const { own, trusted, scan } = await madeProject();
    const [listed, smuggled] = [await segmentOf(own, '{"n":1}', 0), await segmentOf(own, '{"n":2}', 0)];
    const folder = await temporaryFolder();
    await layOutFiles(folder, published([listed], KEY));
    await writeFile(join(folder, `v1/segments/${smuggled.entry.id}.seg`), smuggled.octets);
    const without = await scan([folder]);
    expect(without.stderr).toContain("reports: 2\n");
    const { code, stdout } = await scan([folder], "--public-key", trusted);
    expect([code, stdout.includes('{"n":1}'), stdout.includes('{"n":2}')]).toEqual([0, true, false]);
    await writeFile(join(folder, `v1/segments/${listed.entry.id}.seg`), smuggled.octets);
    const replaced = await scan([folder], "--public-key", trusted);
    expect([replaced.code, replaced.stdout]).toEqual([1, ""]);
    expect(replaced.stderr).toContain("not the one that the list names");
  });

  it("refuses a folder without a list, which nobody signed, and a key that is none", async () => {
    const { own, trusted, scan } = await madeProject();
    const folder = await temporaryFolder();
    await mkdir(join(folder, "segments"));
    await writeFile(join(folder, "segments/one.seg"), (await segmentOf(own, "{}", 0)).octets);
    expect((await scan([folder])).stderr).toContain("reports: 1\n");
    const { code, stdout, stderr } = await scan([folder], "--public-key", trusted);
    expect([code, stdout, stderr]).toEqual([1, "", `sotto-decoder: ${folder} holds no v1/segments.json\n`]);
    await rm(trusted);
    for (const key of [trusted, "RW", trustedLine.slice(1)]) {
      const refused = await scan([folder], "--public-key", key);
      expect([key, refused.code, refused.stdout]).toEqual([key, 1, ""]);
      expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    }
  });

  it("asks again when a bucket was published between the list and its signature", async () => {
    const { own } = await madeProject();
    const [first, second] = [await segmentOf(own, '{"n":1}', 0), await segmentOf(own, '{"n":2}', 1)];
    const files = published([first, second], KEY);
    const origin = await startOrigin({ ...files, [LIST]: published([first])[LIST] ?? "" });
    const listing = listSegments(origin.url, () => {}, [KEY.publicKey]);
    origin.files.set(SIGNATURE, signList(String(files[LIST]), KEY));
    setTimeout(() => origin.files.set(LIST, files[LIST] ?? ""), 500);
    expect(await listing).toHaveLength(2);
  });

  it("tells the refusals apart by their codes", async () => {
    const { own } = await madeProject();
    const made = [await segmentOf(own, "{}", 0)];
    const list = (files: Record<string, Buffer | string>) =>
      startOrigin(files).then(({ url }) => listSegments(url, () => {}, [KEY.publicKey]));
    await expect(list(published(made))).rejects.toMatchObject({ code: "SOTTO_SIGNATURE_MISSING" });
    await expect(list(published(made, OTHER_KEY))).rejects.toMatchObject({ code: "SOTTO_SIGNATURE_KEY" });
    await expect(list({})).rejects.toMatchObject({ code: "SOTTO_SOURCE_READ" });
  });
});
