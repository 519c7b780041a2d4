import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSegmentList, type SegmentEntry } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { createPublication } from "../../resolver/publication/app.ts";
import { temporaryFolder } from "../e2e/collector.ts";

const CONTENT = Buffer.from("0123456789".repeat(28)).subarray(0, 278);
const ENTRY: SegmentEntry = {
  id: "0-3600-0123456789abcdef",
  start: 0,
  end: 3600,
  count: 1,
  bytes: CONTENT.length,
  sha256: "ab".repeat(32),
};
const URL = `/v1/segments/${ENTRY.id}.seg`;

async function publication() {
  const folder = await temporaryFolder();
  await writeFile(join(folder, `${ENTRY.id}.seg`), CONTENT);
  return createPublication({
    zone: "r.example.net",
    list: () => [ENTRY],
    pathOf: (id) => join(folder, `${id}.seg`),
  });
}

describe("publication (protocol.md section 5, RFC 9110)", () => {
  it("lists the segments", async () => {
    const app = await publication();
    const { statusCode, headers, body } = await app.inject("/v1/segments.json");
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(parseSegmentList(body)).toEqual({ zone: "r.example.net", segments: [ENTRY] });
    const again = await app.inject({ url: "/v1/segments.json", headers: { "if-none-match": String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });

  it("gives a segment's octets, immutable, with its SHA-256 as a strong validator", async () => {
    const app = await publication();
    const { statusCode, headers, rawPayload } = await app.inject(URL);
    expect([statusCode, rawPayload]).toEqual([200, CONTENT]);
    expect(headers).toMatchObject({ etag: `"${ENTRY.sha256}"`, "content-length": "278", "accept-ranges": "bytes" });
    expect(headers["cache-control"]).toContain("immutable");
    const unchanged = await app.inject({ url: URL, headers: { "if-none-match": `W/"x", "${ENTRY.sha256}"` } });
    expect(unchanged.statusCode).toBe(304);
  });

  it("gives ranges, so that an interrupted download can go on", async () => {
    const app = await publication();
    const get = (headers: Record<string, string>) => app.inject({ url: URL, headers });
    const part = await get({ range: "bytes=150-" });
    expect([part.statusCode, part.rawPayload]).toEqual([206, CONTENT.subarray(150)]);
    expect(part.headers["content-range"]).toBe("bytes 150-277/278");
    expect((await get({ range: "bytes=-5" })).rawPayload).toEqual(CONTENT.subarray(273));
    expect((await get({ range: "bytes=0-9", "if-range": `"${ENTRY.sha256}"` })).statusCode).toBe(206);
    expect((await get({ range: "bytes=0-9", "if-range": '"another"' })).statusCode).toBe(200);
    const beyond = await get({ range: "bytes=278-" });
    expect([beyond.statusCode, beyond.headers["content-range"]]).toEqual([416, "bytes */278"]);
    for (const range of ["bytes=0-1,5-6", "lines=0-1", "bytes=x"]) expect((await get({ range })).statusCode).toBe(200);
  });

  it("answers HEAD as GET without the octets", async () => {
    const { statusCode, headers, body } = await (await publication()).inject({ method: "HEAD", url: URL });
    expect([statusCode, headers["content-length"], body]).toEqual([200, "278", ""]);
  });

  it("gives nothing that is not listed, whatever the path tries", async () => {
    const app = await publication();
    const paths = ["/", "/v1/segments/", `/v1/segments/${ENTRY.id}`, "/v1/segments/0-3600-ffffffffffffffff.seg"];
    const tricks = ["/v1/segments/..%2f..%2fetc%2fpasswd.seg", "/v1/segments/%00.seg", "/v1/segments/../journal.seg"];
    for (const path of [...paths, ...tricks]) expect((await app.inject(path)).statusCode).toBeGreaterThanOrEqual(400);
    expect((await app.inject({ method: "POST", url: URL })).statusCode).toBe(404);
  });
});
