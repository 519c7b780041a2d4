import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeMinisignPublicKey, encodeMinisignSecretKey, verifyMinisign } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { FolderLock } from "../../../resolver/log/lock.ts";
import { sealed, segmentFile } from "../../decoder/sealing.ts";
import { fetchPublished } from "../../e2e/collector.ts";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { addSegment, emptyDataFolder, fileNames, hourAgo, madeSegment, namesIn, ZONE } from "./datafolder.ts";
import { KEY, layOutFiles, published, startApi, startPython, textAt } from "./publishing.ts";
import { decodePublicKeyOf } from "./reader.ts";

const exported = (...args: string[]) => run("sotto-resolver", ["export", ...args]);

/** Files of a folder with their content and when they were written. */
async function snapshot(folder: string) {
  const names = (await namesIn(folder, "v1/segments")).map((name) => `v1/segments/${name}`);
  const paths = [...names, "v1/segments.json"];
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => {
        const { mtimeMs, ino } = await stat(join(folder, path));
        return [path, { mtimeMs, ino, octets: (await readFile(join(folder, path))).toString("latin1") }] as const;
      }),
    ),
  );
}

describe("sotto-resolver export", () => {
  it("holds exactly what is published now, at the API's paths, octet for octet, for every web server to read", async () => {
    const data = await emptyDataFolder();
    await addSegment(data, hourAgo(200));
    const due = [await addSegment(data, hourAgo(6)), await addSegment(data, hourAgo(4), "segments", 7)];
    await addSegment(data, hourAgo(0));
    await addSegment(data, hourAgo(5), "held");
    const to = join(await temporaryFolder(), "new/folder");
    const { code, stdout, stderr } = await exported("--data", data, "--to", to, "--publish-after", "2h");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${ZONE}: 2 segments listed; 2 new, 0 removed\n`);
    expect(await namesIn(to, "v1")).toEqual(["segments", "segments.json"]);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(...due));
    expect(JSON.parse(await textAt(to, "v1/segments.json"))).toEqual({ version: 1, zone: ZONE, segments: due });
    for (const { id } of due) {
      const file = join(to, `v1/segments/${id}.seg`);
      expect(await readFile(file)).toEqual(await readFile(join(data, `segments/${id}.seg`)));
      expect((await stat(file)).mode & 0o777).toBe(0o644);
    }
    for (const path of [to, join(to, "v1"), join(to, "v1/segments")]) {
      expect((await stat(path)).mode & 0o777).toBe(0o755);
    }
    expect((await stat(join(to, ".partial"))).mode & 0o777).toBe(0o700);
  });

  it("served by python's web server gives sotto-decoder the same reports as the API, and the same list", async () => {
    const folder = await temporaryFolder();
    const keyFile = join(folder, "own.key");
    const own = decodePublicKeyOf((await run("sotto-keys", ["new", "--plain", "--out", keyFile])).stdout);
    const data = await emptyDataFolder();
    for (const hour of [8, 6, 4]) {
      const span = hourAgo(hour);
      const day = Math.floor(span.start / 86_400);
      const long = JSON.stringify({ hour, pad: "ü".repeat(90) });
      const frames = [`{"hour":${hour}}`, long].flatMap((text) => sealed(text, own, `${hour} ${text}`, day));
      const octets = await segmentFile(frames, span);
      const sum = octets.subarray(-32).toString("hex").slice(0, 16);
      await writeFile(join(data, "segments", `${span.start}-${span.end}-${sum}.seg`), octets);
    }
    const to = await temporaryFolder();
    expect((await exported("--data", data, "--to", to, "--publish-after", "0s")).code).toBe(0);
    const [api, web] = [await startApi(data), await startPython(to)];
    expect(await (await fetch(`${web}/v1/segments.json`)).text()).toBe(
      await (await fetchPublished(`${api}/v1/segments.json`)).text(),
    );
    const scan = (from: string) => run("sotto-decoder", ["scan", "--key-file", keyFile, "--from", from]);
    const [fromApi, fromWeb, fromFolder] = [await scan(api), await scan(web), await scan(to)];
    expect(fromApi.code).toBe(0);
    expect(fromApi.stdout.trim().split("\n")).toHaveLength(6);
    expect(fromWeb).toEqual(fromApi);
    expect(fromFolder).toEqual(fromApi);
  });

  it("run again copies only what is new and deletes what expired or was purged", async () => {
    const data = await emptyDataFolder();
    const [old, kept] = [await addSegment(data, hourAgo(9)), await addSegment(data, hourAgo(6))];
    const to = await temporaryFolder();
    const args = ["--data", data, "--to", to, "--publish-after", "0s"];
    await exported(...args);
    const first = await snapshot(to);
    expect((await exported(...args)).stdout).toBe(`${ZONE}: 2 segments listed; 0 new, 0 removed\n`);
    expect(await snapshot(to)).toEqual(first);
    const added = await addSegment(data, hourAgo(3));
    await writeFile(join(to, "v1/segments/notes.txt"), "not ours");
    expect((await exported(...args, "--retention", "9h")).stdout).toBe(
      `${ZONE}: 2 segments listed; 1 new, 1 removed\n`,
    );
    expect(await namesIn(to, "v1/segments")).toEqual([...fileNames(kept, added), "notes.txt"]);
    const path = `v1/segments/${kept.id}.seg`;
    expect((await snapshot(to))[path]).toEqual(first[path]);
    expect(JSON.parse(await textAt(to, "v1/segments.json")).segments).toEqual([kept, added]);
    await rm(join(data, "segments", `${kept.id}.seg`));
    await exported(...args);
    expect(await namesIn(to, "v1/segments")).toEqual([...fileNames(old, added), "notes.txt"]);
  });

  it("signs the list with a key of sign-key, and does not drop a signature unasked", async () => {
    const data = await emptyDataFolder();
    await addSegment(data, hourAgo(4));
    const to = await temporaryFolder();
    const keyFile = join(await temporaryFolder(), "list.key");
    await run("sotto-resolver", ["sign-key", "--out", keyFile]);
    const { code, stdout } = await exported("--data", data, "--to", to, "--sign-key", keyFile);
    expect([code, stdout]).toEqual([0, `${ZONE}: 1 segment listed, signed; 1 new, 0 removed\n`]);
    const before = await textAt(to, "v1/segments.json.minisig");
    await addSegment(data, hourAgo(3));
    const unsigned = await exported("--data", data, "--to", to);
    expect([unsigned.code, unsigned.stderr]).toEqual([2, expect.stringContaining("--sign-key")]);
    expect(await textAt(to, "v1/segments.json.minisig")).toBe(before);
    expect((await exported("--data", data, "--to", to, "--sign-key", keyFile)).code).toBe(0);
    const mirrored = await run("sotto-resolver", [
      ...["mirror", "--from", await startPython(to), "--to", await temporaryFolder(), "--public-key", `${keyFile}.pub`],
    ]);
    expect([mirrored.code, mirrored.stdout]).toEqual([0, `${ZONE}: 2 segments listed, signature verified; 2 new\n`]);
  });

  it("does not export what is damaged, says so, exports the rest, and ends with 1", async () => {
    const data = await emptyDataFolder();
    const [bad, early, good] = [
      await addSegment(data, hourAgo(6)),
      await addSegment(data, hourAgo(5)),
      await addSegment(data, hourAgo(4)),
    ];
    const damage = async ({ id }: { id: string }) => {
      const octets = await readFile(join(data, "segments", `${id}.seg`));
      octets[400] = (octets[400] as number) ^ 1;
      await writeFile(join(data, "segments", `${id}.seg`), octets);
    };
    await damage(bad);
    await writeFile(join(data, "segments", "foreign.seg"), "no segment");
    const to = await temporaryFolder();
    const { code, stderr } = await exported("--data", data, "--to", to);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringContaining("foreign.seg: "),
      expect.stringContaining(`${bad.id}.seg: `),
      "sotto-resolver: 2 files not exported: see verify",
    ]);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(early, good));
    expect(JSON.parse(await textAt(to, "v1/segments.json")).segments).toEqual([early, good]);
    // What was exported while it was whole stays.
    await damage(early);
    await exported("--data", data, "--to", to);
    expect(await namesIn(to, "v1/segments")).toEqual(fileNames(early, good));
  });

  it("changes nothing and ends with 2 when zones would mix or none is known, with 1 on a folder that is none", async () => {
    const data = await emptyDataFolder();
    const to = await temporaryFolder();
    expect((await exported("--data", data, "--to", to)).code).toBe(2);
    expect(await namesIn(to)).toEqual([]);
    expect((await exported("--data", data, "--to", to, "--zone", "R.example.NET.")).code).toBe(0);
    expect(JSON.parse(await textAt(to, "v1/segments.json"))).toEqual({ version: 1, zone: ZONE, segments: [] });
    expect((await exported("--data", data, "--to", to, "--zone", "r.example.org")).code).toBe(2);
    const other = await temporaryFolder();
    await layOutFiles(other, published([await madeSegment(hourAgo(3))], undefined, "r.example.org"));
    await addSegment(data, hourAgo(4));
    const before = await snapshot(other);
    expect((await exported("--data", data, "--to", other)).code).toBe(2);
    expect(await snapshot(other)).toEqual(before);
    for (const args of [[], ["--data", data], ["--data", data, "--to", to, "--publish-after", "1"]]) {
      expect([args, (await exported(...args)).code]).toEqual([args, 2]);
    }
    expect((await exported("--data", "/nonexistent", "--to", to)).code).toBe(1);
    expect((await exported("--data", data, "--to", to, "--sign-key", "/nonexistent")).code).toBe(1);
  });

  it("keeps a second writer out as long as the first one lives", async () => {
    const data = await emptyDataFolder();
    await addSegment(data, hourAgo(4));
    const to = await temporaryFolder();
    await exported("--data", data, "--to", to);
    const lock = await FolderLock.acquire(join(to, ".partial"));
    for (const args of [
      ["export", "--data", data],
      ["mirror", "--from", "http://127.0.0.1:1"],
    ]) {
      const { code, stderr } = await run("sotto-resolver", [...args, "--to", to]);
      expect([code, stderr]).toEqual([1, `sotto-resolver: another process is writing to ${to}: try again later\n`]);
    }
    await lock.release();
    expect((await exported("--data", data, "--to", to)).code).toBe(0);
    expect(await namesIn(to, ".partial")).toEqual([]);
  });

  it("is signed by a fixed key to what that key's public half verifies", async () => {
    const data = await emptyDataFolder();
    await addSegment(data, hourAgo(4));
    const folder = await temporaryFolder();
    await writeFile(join(folder, "k"), encodeMinisignSecretKey(KEY));
    await exported("--data", data, "--to", folder, "--sign-key", join(folder, "k"));
    const list = await readFile(join(folder, "v1/segments.json"));
    const { trustedComment } = verifyMinisign(list, await textAt(folder, "v1/segments.json.minisig"), [KEY.publicKey]);
    expect(trustedComment).toContain(ZONE);
    expect(encodeMinisignPublicKey(KEY.publicKey)).toContain("\nRW");
  });
});
