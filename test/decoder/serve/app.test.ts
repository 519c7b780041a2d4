import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Answers } from "../../../decoder/answers/model.ts";
import { createViewer } from "../../../decoder/serve/app.ts";
import { isOwnHost, parseLoopback } from "../../../decoder/serve/loopback.ts";
import { everyKind, plausible } from "../answers/plausible.ts";
import { addressesIn, expectWellFormed } from "../page/markup.ts";

const source = plausible(6, 60);
const definition = everyKind();

async function serve(threshold: number | null = null) {
  const viewer = createViewer({ source, definition, threshold });
  await viewer.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => viewer.close());
  const { port } = viewer.server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}` };
}

/** The status of an answer to a request that names another host. */
async function statusFor(port: number, host: string): Promise<number | undefined> {
  const sent = request({ host: "127.0.0.1", port, path: "/answers.json", headers: { host } });
  sent.end();
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}

describe("the viewer", () => {
  it("shows the page with a form, the same as JSON and as CSV", async () => {
    const { origin } = await serve();
    const page = await fetch(`${origin}/`);
    const text = await page.text();
    expectWellFormed(text);
    expect(page.headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(text).toContain('name="where.runner"');
    expect(text).not.toContain("where.padding");
    expect(addressesIn(text).filter((address) => /^[a-z.]+$|^\//.test(address))).toEqual([
      "/",
      "answers.json",
      "answers.csv",
    ]);
    const json = (await (await fetch(`${origin}/answers.json`)).json()) as Answers;
    expect(json.reports.map(({ name }) => name)).toEqual(["weekly", "failures"]);
    const csv = await (await fetch(`${origin}/answers.csv`)).text();
    expect(csv).toMatch(/^report,window,from/);
  });

  it("narrows by what the form asks, and keeps what was chosen", async () => {
    const { origin } = await serve();
    const query = "report=weekly&windows=3&until=&where.runner=ci&where.age=&where.version=";
    const json = (await (await fetch(`${origin}/answers.json?${query}`)).json()) as Answers;
    expect(json.where).toEqual([{ field: "runner", values: ["ci"] }]);
    expect(json.reports.map(({ name, windows }) => [name, windows.length])).toEqual([["weekly", 3]]);
    const page = await (await fetch(`${origin}/?${query}`)).text();
    expect(page).toContain('<option value="ci" selected>CI jobs</option>');
    expect(page).toContain("only runner ci");
    expect(page).toContain('href="answers.json?report=weekly&amp;windows=3&amp;where.runner=ci"');
  });

  it("refuses what cannot be asked, without repeating it", async () => {
    const { origin } = await serve();
    for (const query of ["where.runner=<script>", "windows=0", "nonsense=<script>", "report=x", "where.padding=dot"]) {
      const answer = await fetch(`${origin}/?${query}`);
      const text = await answer.text();
      expect([query, answer.status]).toEqual([query, 400]);
      expectWellFormed(text);
      expect(text).not.toContain("script&gt;");
    }
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${origin}/`, { method: "POST" })).status).toBe(404);
  });

  it("shows to everybody neither filters nor small cells", async () => {
    const { origin } = await serve(10);
    expect(await (await fetch(`${origin}/`)).text()).not.toContain("where.");
    expect((await fetch(`${origin}/?where.runner=ci`)).status).toBe(400);
    const json = (await (await fetch(`${origin}/answers.json`)).json()) as Answers;
    expect(json.threshold).toBe(10);
    expect(json.reports.flatMap(({ windows }) => windows).every(({ isComplete }) => isComplete)).toBe(true);
  });

  it("answers only those that name this machine: a stranger’s page that was given our address gets nothing", async () => {
    const { port } = await serve();
    expect(await statusFor(port, `127.0.0.1:${port}`)).toBe(200);
    expect(await statusFor(port, `localhost:${port}`)).toBe(200);
    for (const host of [`evil.example:${port}`, "127.0.0.1", "127.0.0.1:1", `127.0.0.1.evil.example:${port}`]) {
      expect([host, await statusFor(port, host)]).toEqual([host, 421]);
    }
  });

  it("answers many at once, each its own question", async () => {
    const { origin } = await serve();
    const counts = await Promise.all(
      [1, 2, 3, 4, 5].map(async (windows) => {
        const json = (await (await fetch(`${origin}/answers.json?windows=${windows}`)).json()) as Answers;
        return json.reports[0]?.windows.length;
      }),
    );
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("where it listens", () => {
  it.each(["127.0.0.1:8160", "127.1.2.3:0", "[::1]:8160"])("may be this machine alone: %s", (text) => {
    expect(parseLoopback(text).address).toMatch(/^127\.|^::1$/);
  });

  it.each([
    "0.0.0.0:8160",
    "192.0.2.1:80",
    "[::]:8160",
    "localhost:80",
    "8160",
    "127.0.0.1:99999",
    "[127.0.0.1]:80",
    "127.0.0.1.nip.io:80",
  ])("is refused elsewhere: %s", (text) => {
    expect(() => parseLoopback(text)).toThrow("an address of this machine alone");
  });

  it("has its own names, in any case of letters", () => {
    const six = { address: "::1", port: 8160 };
    expect(isOwnHost("[::1]:8160", six)).toBe(true);
    expect(isOwnHost("LOCALHOST:8160", six)).toBe(true);
    expect(isOwnHost("[::1]:8161", six)).toBe(false);
    expect(isOwnHost(undefined, six)).toBe(false);
  });
});
