import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSegmentList, type SegmentEntry } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { openSegmentFile } from "../../../resolver/log/segmentfile.ts";
import { createPublication } from "../../../resolver/publication/app.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { hourEntry, zoneFacts, zoneOf } from "./zone.ts";

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

async function publication(entries: readonly SegmentEntry[] = [ENTRY]) {
  const folder = await temporaryFolder();
  const path = join(folder, `${ENTRY.id}.seg`);
  await writeFile(path, CONTENT);
  const app = createPublication([
    zoneOf(entries, { open: ({ id, bytes }) => openSegmentFile(join(folder, `${id}.seg`), bytes) }),
  ]);
  return { app, path };
}

describe("publication (protocol.md section 13, RFC 9110)", () => {
  it("lists the segments", async () => {
    const { app } = await publication();
    const { statusCode, headers, body } = await app.inject("/v1/segments.json");
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(parseSegmentList(body)).toEqual({ zone: "r.example.net", segments: [ENTRY] });
    const again = await app.inject({ url: "/v1/segments.json", headers: { "if-none-match": String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });

  it("gives a segment's octets, immutable, with its SHA-256 as a strong validator", async () => {
    const { app } = await publication();
    const { statusCode, headers, rawPayload } = await app.inject(URL);
    expect([statusCode, rawPayload]).toEqual([200, CONTENT]);
    expect(headers).toMatchObject({ etag: `"${ENTRY.sha256}"`, "content-length": "278", "accept-ranges": "bytes" });
    expect(headers["cache-control"]).toContain("immutable");
    const unchanged = await app.inject({ url: URL, headers: { "if-none-match": `W/"x", "${ENTRY.sha256}"` } });
    expect(unchanged.statusCode).toBe(304);
  });

  it("gives ranges, so that an interrupted download can go on", async () => {
    const { app } = await publication();
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
    const { app } = await publication();
    const { statusCode, headers, body } = await app.inject({ method: "HEAD", url: URL });
    expect([statusCode, headers["content-length"], body]).toEqual([200, "278", ""]);
    const list = await app.inject({ method: "HEAD", url: "/v1/segments.json" });
    expect([list.statusCode, list.body]).toEqual([200, ""]);
    const page = await app.inject({ method: "HEAD", url: "/" });
    expect([page.statusCode, page.body]).toEqual([200, ""]);
  });

  it("gives nothing that is not listed, whatever the path tries", async () => {
    const { app } = await publication();
    const paths = ["/v1/", "/v1/segments/", `/v1/segments/${ENTRY.id}`, "/v1/segments/0-3600-ffffffffffffffff.seg"];
    const tricks = ["/v1/segments/..%2f..%2fetc%2fpasswd.seg", "/v1/segments/%00.seg", "/v1/segments/../journal.seg"];
    for (const path of [...paths, ...tricks]) expect((await app.inject(path)).statusCode).toBe(404);
    expect((await app.inject({ method: "POST", url: URL })).statusCode).toBe(404);
    const missing = await app.inject("/v1/segments/0-3600-ffffffffffffffff.seg");
    expect(missing.json()).toEqual({ error: "not found" });
    expect(missing.headers["cache-control"]).toBe("no-store");
  });

  it("gives 404 for a listed segment that was purged, or cut short, meanwhile", async () => {
    const { app, path } = await publication();
    await truncate(path, 200);
    expect((await app.inject(URL)).statusCode).toBe(404);
    await rm(path);
    for (const method of ["GET", "HEAD"] as const) {
      const { statusCode, headers } = await app.inject({ method, url: URL });
      expect([statusCode, headers["cache-control"], headers.etag]).toEqual([404, "no-store", undefined]);
    }
    expect((await app.inject("/v1/segments.json")).statusCode).toBe(200);
  });

  it("tells nothing of the system when a file cannot be opened", async () => {
    const app = createPublication([
      zoneOf([ENTRY], { open: ({ id, bytes }) => openSegmentFile(`/etc/passwd/${id}.seg`, bytes) }),
    ]);
    const { statusCode, body } = await app.inject(URL);
    expect([statusCode, body]).toEqual([500, '{"error":"internal error"}']);
  });

  it("takes no parameters, which would be ways around every cache", async () => {
    const { app } = await publication();
    for (const url of [`${URL}?a=1`, "/v1/segments.json?a=1"]) {
      const { statusCode, body } = await app.inject(url);
      expect([statusCode, body]).toEqual([400, '{"error":"bad request"}']);
    }
    expect((await app.inject("/?from=elsewhere")).statusCode).toBe(200);
  });

  it("guards its readers by headers, on errors too", async () => {
    const { app } = await publication();
    for (const url of ["/", URL, "/v1/segments.json", "/nothing", `${URL}?a=1`]) {
      const { headers } = await app.inject(url);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:;/,
      );
      expect(headers["set-cookie"]).toBeUndefined();
    }
  });

  it("shows what is listed now", async () => {
    const entries: SegmentEntry[] = [];
    const { app } = await publication(entries);
    const listed = async () => parseSegmentList((await app.inject("/v1/segments.json")).body).segments;
    expect(await listed()).toEqual([]);
    entries.push(ENTRY);
    expect(await listed()).toEqual([ENTRY]);
    entries.splice(0, 1, hourEntry(0, 7));
    expect(await listed()).toEqual([hourEntry(0, 7)]);
  });
});

describe("the list's signature", () => {
  it("is of the list as it is served, and missing where none is made", async () => {
    const signature = (list: string) => `signature of ${list}`;
    const app = createPublication([zoneOf([ENTRY], { signature })]);
    const list = await app.inject("/v1/segments.json");
    const signed = await app.inject("/v1/segments.json.minisig");
    expect([signed.statusCode, signed.body]).toEqual([200, `signature of ${list.body}`]);
    expect(signed.headers["content-type"]).toBe("text/plain; charset=utf-8");
    const { app: unsigned } = await publication();
    expect((await unsigned.inject("/v1/segments.json.minisig")).statusCode).toBe(404);
  });
});

describe("several zones in one process", () => {
  const first = zoneOf([ENTRY]);
  const second = zoneOf([], { facts: zoneFacts({ zone: "t.example.org", text: "<b>bold</b>" }) });
  const app = createPublication([first, second]);

  it("are each below their name", async () => {
    for (const { facts, list } of [first, second]) {
      const { body } = await app.inject(`/${facts.zone}/v1/segments.json`);
      expect(parseSegmentList(body)).toEqual({ zone: facts.zone, segments: list() });
      const page = await app.inject(`/${facts.zone}/`);
      expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(page.body).toContain(`<h1>${facts.zone}</h1>`);
    }
    expect((await app.inject("/v1/segments.json")).statusCode).toBe(404);
    expect((await app.inject("/u.example.org/v1/segments.json")).statusCode).toBe(404);
  });

  it("are listed at the root", async () => {
    const { statusCode, body } = await app.inject("/");
    expect(statusCode).toBe(200);
    expect(body).toContain('<a href="r.example.net/">r.example.net</a>');
    expect(body).toContain('<a href="t.example.org/">t.example.org</a>');
    expect(body).toContain("&lt;b&gt;bold&lt;/b&gt;");
  });

  it("lead to the page's address with a slash, relative to wherever they are published", async () => {
    const { statusCode, headers } = await app.inject("/t.example.org");
    expect([statusCode, headers.location]).toEqual([308, "t.example.org/"]);
  });
});
