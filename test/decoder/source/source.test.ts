import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { listSegments } from "@sotto/decoder";
import { encodeSegmentList, generateKeyPair, verifySegment } from "@sotto/wire";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { SEGMENT, sealed, segmentFile } from "../sealing.ts";

const own = generateKeyPair();
const noDamage = (name: string) => expect.fail(`damaged: ${name}`);

async function countFrames(place: string): Promise<number> {
  let octets = 0;
  for (const segment of await listSegments(place, noDamage)) {
    for await (const frames of segment.frames()) octets += frames.length;
  }
  return octets / 118;
}

/** A collector that serves what it is given, and nothing of ours. */
async function serving(paths: Record<string, Buffer | string>): Promise<string> {
  const server = createServer((request, response) => {
    const body = paths[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("segments of a folder", () => {
  it("are all *.seg at or below it", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "a/b"), { recursive: true });
    for (const [index, path] of ["top.seg", "a/one.seg", "a/b/two.seg"].entries()) {
      const span = { start: SEGMENT.start + index * 3600, end: SEGMENT.end + index * 3600 };
      await writeFile(join(folder, path), await segmentFile(sealed("{}", own, path), span));
    }
    await writeFile(join(folder, "a/notes.txt"), "no segment");
    expect(await countFrames(folder)).toBe(3);
  });

  it("that are damaged give no frame, are named in one line, and the rest is read; exit code 1", async () => {
    const folder = await temporaryFolder();
    const keyFile = join(folder, "own.key");
    await run("sotto-keys", ["new", "--plain", "--out", keyFile]);
    const good = await segmentFile(sealed("{}", own, "good"));
    const damaged = Buffer.from(await segmentFile(sealed("{}", own, "damaged")));
    damaged[200] = (damaged[200] as number) ^ 1;
    await writeFile(join(folder, "good.seg"), good);
    await writeFile(join(folder, "damaged.seg"), damaged);
    await writeFile(join(folder, "cut.seg"), good.subarray(0, 90));
    const { code, stderr } = await run("sotto-decoder", ["scan", "--key-file", keyFile, "--from", folder]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/damaged\.seg: the segment is damaged/);
    expect(stderr).toMatch(/cut\.seg: the segment ends too early/);
    expect(stderr).toContain("frames scanned: 1\n");
  });
});

describe("segments of a collector", () => {
  it("are fetched, held against the list, and leave nothing behind", async () => {
    const octets = await segmentFile(sealed(JSON.stringify({ pad: "x".repeat(200) }), own, "remote"));
    const { entry } = await verifySegment([octets]);
    const base = await serving({
      "/v1/segments.json": encodeSegmentList({ zone: "r.example.net", segments: [entry] }),
      [`/v1/segments/${entry.id}.seg`]: octets,
    });
    const temporary = await temporaryFolder();
    vi.stubEnv("TMPDIR", temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await countFrames(`${base}/`)).toBe(4);
    expect(await readdir(temporary)).toEqual([]);
  });

  it("that are not what the list names are refused", async () => {
    const octets = await segmentFile(sealed("{}", own, "named"));
    const { entry } = await verifySegment([octets]);
    const base = await serving({
      "/v1/segments.json": encodeSegmentList({ zone: "r.example.net", segments: [entry] }),
      [`/v1/segments/${entry.id}.seg`]: await segmentFile(sealed("{}", own, "another")),
    });
    await expect(countFrames(base)).rejects.toMatchObject({ code: "SOTTO_SOURCE_READ" });
  });

  it("that were purged meanwhile, or a list that is none, are told by their codes", async () => {
    const { entry } = await verifySegment([await segmentFile(sealed("{}", own, "gone"))]);
    const gone = await serving({
      "/v1/segments.json": encodeSegmentList({ zone: "r.example.net", segments: [entry] }),
    });
    await expect(countFrames(gone)).rejects.toMatchObject({ code: "SOTTO_SOURCE_GONE" });
    await expect(countFrames(await serving({ "/v1/segments.json": "<html>" }))).rejects.toMatchObject({
      code: "SOTTO_SEGMENT_LIST",
    });
    await expect(countFrames("http://127.0.0.1:1")).rejects.toMatchObject({ code: "SOTTO_SOURCE_READ" });
  });

  it.each([
    ["knows ranges", true],
    ["knows none", false],
  ])("go on where a transfer broke off, from a server that %s", async (_what, knowsRanges) => {
    const octets = await segmentFile(sealed(JSON.stringify({ pad: "x".repeat(200) }), own, "broken off"));
    const { entry } = await verifySegment([octets]);
    const asked: (string | undefined)[] = [];
    const encodings = new Set<unknown>();
    const server = createServer((request, response) => {
      if (request.url === "/v1/segments.json") {
        response.end(encodeSegmentList({ zone: "r.example.net", segments: [entry] }));
        return;
      }
      asked.push(request.headers.range);
      encodings.add(request.headers["accept-encoding"]);
      const from = knowsRanges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "bytes=0-")?.[1]) : 0;
      const rest = octets.subarray(from);
      const range = { "content-range": `bytes ${from}-${octets.length - 1}/${octets.length}` };
      response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length, ...(from > 0 ? range : {}) });
      // The first two transfers break off after 100 octets each.
      if (asked.length > 2) response.end(rest);
      else response.write(rest.subarray(0, 100), () => response.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await countFrames(`http://127.0.0.1:${port}`)).toBe(4);
    // A place in a compressed answer would be another one.
    expect([...encodings]).toEqual(["identity"]);
    expect(asked).toEqual(
      knowsRanges ? [undefined, "bytes=100-", "bytes=200-"] : [undefined, "bytes=100-", "bytes=100-"],
    );
  });

  it("that give way under load are asked again", async () => {
    const octets = await segmentFile(sealed("{}", own, "busy"));
    const { entry } = await verifySegment([octets]);
    const list = encodeSegmentList({ zone: "r.example.net", segments: [entry] });
    let asked = 0;
    const server = createServer((request, response) => {
      if (asked++ % 3 < 2) response.writeHead(503, { "retry-after": "0" }).end("busy");
      else response.end(request.url === "/v1/segments.json" ? list : octets);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await countFrames(`http://127.0.0.1:${port}`)).toBe(1);
    expect(asked).toBe(6);
  });
});
