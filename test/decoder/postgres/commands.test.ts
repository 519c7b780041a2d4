import { EventEmitter, once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../../decoder/cli.ts";
import { type Context, systemContext } from "../../../decoder/commands/context.ts";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { TestServer } from "../../resolver/postgres/server.ts";
import { makeScene, type Scene, summaryOf } from "../exact/scene.ts";

const DATABASE = "postgres";

let server: TestServer;
let folder: string;
let scene: Scene;
/** A store in PostgreSQL, for whoever is told. */
let store: string;

beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), "sotto-test-"));
  scene = await makeScene(folder, { frames: 16_800, segments: 84 });
  store = `${server.storeOf(DATABASE)}?schema=north`;
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command in this process; @returns all that it said. */
async function said(...args: string[]): Promise<string> {
  let output = "";
  const write = async (text: string) => {
    output += text;
  };
  const context: Context = { ...systemContext(), screen: null, write, note: (text) => void write(`${text}\n`) };
  output += `exit code ${await main(args, context)}`;
  return output;
}

function scan(into: string, ...more: string[]) {
  const { keyring, log, definition } = scene;
  const args = ["--keyring", keyring, "--from", log, "--store", into, "--definition", definition];
  return run("sotto-decoder", ["scan", ...args, "--threads", "1", ...more]);
}

const lossesOf = (place: string) => said("losses", "--store", place, "--json");

/** The page that a browser on this machine is shown. */
async function servedFrom(place: string): Promise<string> {
  const events = new EventEmitter();
  const note = (text: string) => events.emit("ready", text.replace("ready: ", ""));
  const context: Context = {
    ...{ ...systemContext(), screen: null, note },
    stopped: async () => void (await once(events, "stop")),
  };
  const ready = once(events, "ready");
  const args = ["serve", "--store", place, "--definition", scene.definition, "--listen", "127.0.0.1:0"];
  const serving = main(args, context);
  const [address] = (await Promise.race([ready, serving])) as [string];
  const page = await (await fetch(address)).text();
  events.emit("stop");
  expect(await serving).toBe(0);
  return page;
}

/** Everything that commands tell and write of a store, by what was asked. */
async function everythingOf(place: string, folder: string): Promise<Record<string, string>> {
  const of = ["--store", place];
  const figures = [...of, "--definition", scene.definition];
  const told: Record<string, string> = {
    "report as text": await said("report", ...figures, "--windows", "60"),
    "report as JSON": await said("report", ...figures, "--windows", "60", "--json"),
    "report as CSV": await said("report", ...figures, "--windows", "60", "--csv"),
    "report for everybody": await said("report", ...figures, "--windows", "60", "--public", "--unsettled"),
    losses: await said("losses", ...of, "--all"),
    "losses as JSON": await lossesOf(place),
    "the page that serve shows": await servedFrom(place),
  };
  for (const format of ["csv", "ndjson", "parquet"]) {
    const file = join(folder, `export.${format}`);
    const output = await said("export", ...figures, `--${format}`, file, "--rejected");
    told[`export as ${format}`] = output.replace(folder, "") + (await readFile(file, "base64"));
  }
  const site = join(folder, "site");
  told.publish = (await said("publish", ...figures, "--to", site, "--yes", "--unsettled")).replaceAll(folder, "");
  for (const name of (await readdir(site, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())) {
    told[`site ${name.name}`] = await readFile(join(name.parentPath, name.name), "utf8");
  }
  return told;
}

describe("records in PostgreSQL, scanned by two processes at once", () => {
  it("tell what those in a file tell, octet for octet: with a key absent, and when it has come", async () => {
    await scene.withSecret(false);
    const [alone, ...together] = await Promise.all([scan(scene.store), scan(store), scan(store)]);
    for (const { code, stdout, stderr } of [alone, ...together]) expect([code, stdout], stderr).toEqual([0, ""]);
    const totals = [alone, ...together].map(({ stderr }) => {
      const summary = summaryOf(stderr);
      return ["records in the store", "rejected", "void"].map((label) => summary.get(label));
    });
    // Who ends last sees all of it.
    expect(totals.slice(1)).toContainEqual(totals[0]);
    expect(await lossesOf(store)).toBe(await lossesOf(scene.store));
    await scene.withSecret(true);
    const [after, then] = await Promise.all([scan(scene.store), scan(store)]);
    expect(then.stderr).toBe(after.stderr);
    const told = await everythingOf(store, await temporaryFolder());
    const expected = await everythingOf(scene.store, await temporaryFolder());
    expect(Object.keys(told)).toContain("site index.html");
    expect(told["the page that serve shows"]).toContain("<h1>");
    for (const what of Object.keys(expected)) expect(told[what], what).toEqual(expected[what]);
    expect(Object.keys(told)).toEqual(Object.keys(expected));
  });

  it("are named without the login where several stores are, and refused in one line by every command", async () => {
    const both = ["--keyring", scene.keyring, "--store", scene.store, "--definition", scene.definition];
    const { stderr, code } = await scan(store, ...both);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`store: postgres://127.0.0.1:${server.port}/postgres?schema=north\n`),
    ]);
    expect(stderr).not.toContain("not-a-word");
    expect(summaryOf(stderr).get("frames scanned")).toBe("0");
    const elsewhere = `${server.storeOf(DATABASE)}?schema=south`;
    for (const command of [["losses"], ["export", "--ndjson"], ["report", "--definition", scene.definition]]) {
      await expect(said(...command, "--store", elsewhere)).rejects.toMatchObject({
        code: "SOTTO_STORE_MISSING",
        message: expect.stringMatching(/^there is no store postgres:\/\/127[^\n@]*schema=south: [^\n]*$/),
      });
    }
    const { code: refused, stderr: why } = await run("sotto-decoder", ["losses", "--store", elsewhere]);
    expect([refused, why]).toEqual([1, expect.stringMatching(/^sotto-decoder: there is no store [^\n@]*\n$/)]);
  });
});
