import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeMinisignPublicKey } from "@sotto/wire";
import { describe, expect, it, vi } from "vitest";
import { fetchPublished } from "../../e2e/collector.ts";
import { binOf, run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { addSegment, emptyDataFolder, fileNames, hourAgo, madeSegment, namesIn, ZONE } from "./datafolder.ts";
import { startOrigin } from "./origin.ts";
import { KEY, OTHER_KEY, published, startApi, startPython, textAt } from "./publishing.ts";

const mirror = (from: string, to: string, ...args: string[]) =>
  run("sotto-resolver", ["mirror", "--from", from, "--to", to, ...args]);

const keyLine = (key: typeof KEY) => encodeMinisignPublicKey(key.publicKey).split("\n")[1] ?? "";

/** Waits until so much of a segment has been written to a mirror. */
async function arrived(to: string, id: string, octets: number): Promise<void> {
  const size = async () => expect((await stat(join(to, ".partial", `${id}.seg`))).size).toBe(octets);
  await vi.waitFor(size, { timeout: 60_000, interval: 20 });
}

/** Every file of a mirror with its content. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await namesIn(folder, "v1/segments")).map((name) => `segments/${name}`);
  const paths = [...names, ...(await namesIn(folder, "v1")).filter((name) => name !== "segments")];
  return Object.fromEntries(
    await Promise.all(
      paths.map(
        async (path) => [`/v1/${path}`, (await readFile(join(folder, "v1", path))).toString("latin1")] as const,
      ),
    ),
  );
}

/** What published files are in the words of {@link contents}. */
function asContents(files: Record<string, Buffer | string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, body]) => [path, Buffer.from(body).toString("latin1")]));
}

describe("sotto-resolver mirror", () => {
  it("copies what a collector publishes, octet for octet, and then only what is new", async () => {
    const data = await emptyDataFolder();
    const first = [await addSegment(data, hourAgo(5)), await addSegment(data, hourAgo(4), "segments", 2000)];
    const [api, to] = [await startApi(data), join(await temporaryFolder(), "new/mirror")];
    const { code, stdout, stderr } = await mirror(`${api}/`, to);
    expect([code, stdout, stderr]).toEqual([0, `${ZONE}: 2 segments listed; 2 new\n`, ""]);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(...first));
    for (const { id } of first) {
      expect(await readFile(join(to, `v1/segments/${id}.seg`))).toEqual(
        await readFile(join(data, `segments/${id}.seg`)),
      );
    }
    expect(await textAt(to, "v1/segments.json")).toBe(await (await fetchPublished(`${api}/v1/segments.json`)).text());
    expect((await mirror(api, to)).stdout).toBe(`${ZONE}: 2 segments listed; 0 new\n`);
    // A mirror is an origin itself, also behind a server that knows no Range.
    const again = await temporaryFolder();
    expect((await mirror(await startPython(to), again)).code).toBe(0);
    expect(await contents(again)).toEqual(await contents(to));
    expect(await namesIn(again, ".partial")).toEqual([]);
  });

  it("goes on with Range where it was interrupted, by the next run too, and shows nothing before it is whole", async () => {
    const made = await madeSegment(hourAgo(4), 1000);
    const files = published([made]);
    const [path] = Object.keys(files).filter((name) => name.endsWith(".seg"));
    const origin = await startOrigin(files);
    const to = await temporaryFolder();
    origin.cutAfter = 20_000;
    // What was sent has arrived: else how much is lost with the connection would be up to the machine.
    origin.beforeCut = (sent) => arrived(to, made.entry.id, sent);
    const first = await mirror(origin.url, to);
    expect([first.code, first.stdout]).toEqual([1, ""]);
    expect(first.stderr.trim().split("\n")).toEqual([
      expect.stringContaining(`sotto-resolver: ${made.entry.id}: `),
      "sotto-resolver: 1 of 1 segment could not be copied; run again",
    ]);
    expect([await namesIn(to, "v1/segments"), await namesIn(to, "v1")]).toEqual([[], ["segments"]]);
    const range = (at: number) => ({ path, range: at === 0 ? undefined : `bytes=${at}-` });
    expect(origin.asked).toEqual([range(0), range(20_000), range(40_000)]);
    origin.cutAfter = Number.POSITIVE_INFINITY;
    expect((await mirror(origin.url, to)).code).toBe(0);
    expect(origin.asked.slice(3)).toEqual([range(60_000)]);
    expect(await contents(to)).toEqual(asContents(files));
    expect(await namesIn(to, ".partial")).toEqual([]);
  });

  it("killed in the middle goes on from there", async () => {
    const made = await madeSegment(hourAgo(4), 1000);
    const files = published([made]);
    const origin = await startOrigin(files);
    Object.assign(origin, { cutAfter: 30_000, beforeCut: () => new Promise(() => {}) });
    const to = await temporaryFolder();
    const killed = spawn(process.execPath, [binOf("sotto-resolver"), "mirror", "--from", origin.url, "--to", to]);
    const ended = once(killed, "exit");
    await arrived(to, made.entry.id, 30_000);
    killed.kill("SIGKILL");
    await ended;
    expect(await namesIn(to, "v1/segments")).toEqual([]);
    Object.assign(origin, { cutAfter: Number.POSITIVE_INFINITY, asked: [] });
    expect((await mirror(origin.url, to)).code).toBe(0);
    expect(origin.asked.map(({ range }) => range)).toEqual(["bytes=30000-"]);
    expect(await contents(to)).toEqual(asContents(files));
  });

  it("begins again where the server knows no Range, and when what was begun was of another file", async () => {
    const made = await madeSegment(hourAgo(4), 1000);
    const files = published([made]);
    const origin = await startOrigin(files);
    for (const [ranges, begun] of [
      [false, made.octets.subarray(0, 50_000)],
      [true, Buffer.alloc(50_000, 7)],
      [true, Buffer.alloc(made.octets.length, 7)],
      [true, Buffer.alloc(made.octets.length + 1, 7)],
    ] as const) {
      origin.ranges = ranges;
      const to = await temporaryFolder();
      await mirror(origin.url, to);
      const path = join(to, "v1/segments", `${made.entry.id}.seg`);
      await rm(path);
      await writeFile(join(to, ".partial", `${made.entry.id}.seg`), begun);
      expect((await mirror(origin.url, to)).code).toBe(0);
      expect(await readFile(path)).toEqual(made.octets);
    }
  });

  it("refuses a segment that is not the listed one, keeps what it had, and takes the others", async () => {
    const [kept, bad, good] = [
      await madeSegment(hourAgo(6)),
      await madeSegment(hourAgo(5)),
      await madeSegment(hourAgo(4)),
    ];
    const origin = await startOrigin(published([kept]));
    const to = await temporaryFolder();
    expect((await mirror(origin.url, to)).code).toBe(0);
    const before = await contents(to);
    const flipped = Buffer.from(bad.octets);
    flipped[300] = (flipped[300] as number) ^ 1;
    const path = `/v1/segments/${bad.entry.id}.seg`;
    const bodies = [flipped, bad.octets.subarray(0, -1), Buffer.concat([bad.octets, Buffer.of(0)]), good.octets, null];
    for (const body of bodies) {
      origin.files.clear();
      for (const [name, content] of Object.entries(published([kept, bad, good]))) origin.files.set(name, content);
      if (body === null) origin.files.delete(path);
      else origin.files.set(path, body);
      const { code, stderr } = await mirror(origin.url, to);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${bad.entry.id}: `)]);
      const after = await contents(to);
      expect(after).toEqual({ ...before, ...asContents({ [`/v1/segments/${good.entry.id}.seg`]: good.octets }) });
    }
    origin.files.set(path, bad.octets);
    expect((await mirror(origin.url, to)).code).toBe(0);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(kept.entry, bad.entry, good.entry));
  });

  it("with a public key takes a signed list with its signature, and nothing when either was tampered with", async () => {
    const [first, second] = [await madeSegment(hourAgo(5)), await madeSegment(hourAgo(4))];
    const signed = published([first, second], KEY);
    const origin = await startOrigin(published([first], KEY));
    const to = await temporaryFolder();
    const keyFile = join(await temporaryFolder(), "list.pub");
    await writeFile(keyFile, encodeMinisignPublicKey(KEY.publicKey));
    expect((await mirror(origin.url, to, "--public-key", keyFile)).code).toBe(0);
    const before = await contents(to);
    expect(before).toEqual(asContents(published([first], KEY)));
    const listPath = "/v1/segments.json";
    const cases: [Record<string, Buffer | string>, RegExp][] = [
      [{ ...published([second]), [`${listPath}.minisig`]: signed[`${listPath}.minisig`] ?? "" }, /does not fit/],
      [published([first, second], OTHER_KEY), /another key/],
      [published([first, second]), /no signature/],
      [{ ...signed, [`${listPath}.minisig`]: "<html>" }, /not a minisign signature/],
    ];
    for (const [files, reason] of cases) {
      origin.files.clear();
      for (const [name, content] of Object.entries(files)) origin.files.set(name, content);
      const { code, stdout, stderr } = await mirror(origin.url, to, "--public-key", keyLine(KEY));
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(reason)]);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(await contents(to)).toEqual(before);
    }
    for (const [name, content] of Object.entries(signed)) origin.files.set(name, content);
    const both = ["--public-key", keyLine(OTHER_KEY), "--public-key", keyLine(KEY)];
    expect((await mirror(origin.url, to, ...both)).stdout).toContain("signature verified");
    expect(await contents(to)).toEqual(asContents(signed));
  });

  it("keeps what the origin lists no more until its retention is over, and deletes it even if the origin is silent", async () => {
    const [older, newer] = [await madeSegment(hourAgo(9)), await madeSegment(hourAgo(4))];
    const origin = await startOrigin(published([older, newer]));
    const to = await temporaryFolder();
    await mirror(origin.url, to);
    for (const [name, content] of Object.entries(published([]))) origin.files.set(name, content);
    expect((await mirror(origin.url, to)).code).toBe(0);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(older.entry, newer.entry));
    expect(JSON.parse(await textAt(to, "v1/segments.json")).segments).toEqual([]);
    const silent = await mirror("http://127.0.0.1:1", to, "--retention", "8h");
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringContaining("1 segment removed")]);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(newer.entry));
    // Listed still, but over: it does not come back.
    for (const [name, content] of Object.entries(published([older, newer]))) origin.files.set(name, content);
    expect((await mirror(origin.url, to, "--retention", "8h")).code).toBe(0);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(newer.entry));
  });

  it("without a public key hands the signature on for those who have it, or takes it away with the origin's", async () => {
    const made = await madeSegment(hourAgo(4));
    const origin = await startOrigin(published([made], KEY));
    const to = await temporaryFolder();
    expect((await mirror(origin.url, to)).stdout).toBe(`${ZONE}: 1 segment listed; 1 new\n`);
    expect(await contents(to)).toEqual(asContents(published([made], KEY)));
    origin.files.delete("/v1/segments.json.minisig");
    expect((await mirror(origin.url, to)).code).toBe(0);
    expect(await contents(to)).toEqual(asContents(published([made])));
  });

  it("does not mix zones, nor take a list that is none", async () => {
    const made = await madeSegment(hourAgo(4));
    const origin = await startOrigin(published([made]));
    const to = await temporaryFolder();
    await mirror(origin.url, to);
    const before = await contents(to);
    const lists = [
      published([], undefined, "r.example.org")["/v1/segments.json"] ?? "",
      "<html>",
      "x".repeat(5_000_000),
    ];
    for (const list of [...lists, null]) {
      if (list === null) origin.files.delete("/v1/segments.json");
      else origin.files.set("/v1/segments.json", list);
      const { code, stderr } = await mirror(origin.url, to);
      expect([code, stderr.trim().split("\n").length]).toEqual([1, 1]);
      expect(await contents(to)).toEqual(before);
    }
  });

  it("ends with 2 when it is used wrongly", async () => {
    const to = await temporaryFolder();
    for (const args of [
      [],
      ["--from", "http://127.0.0.1:1"],
      ...["ftp://127.0.0.1", "not an address", "http://127.0.0.1/?a=b"].map((from) => ["--from", from, "--to", to]),
      ["--from", "http://127.0.0.1:1", "--to", to, "--retention", "8d"],
    ]) {
      expect([args, (await run("sotto-resolver", ["mirror", ...args])).code]).toEqual([args, 2]);
    }
    expect(await namesIn(to)).toEqual([]);
    const missing = await mirror("http://127.0.0.1:1", to, "--public-key", "/nonexistent");
    expect([missing.code, await namesIn(to)]).toEqual([1, []]);
  });
});
