import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freePort, startResolver } from "../e2e/command.ts";
import { type Embedder, newEmbedder, ROOT, run, until } from "./embedder.ts";

const ZONE = "r.example.net";

/** The example as somebody has it who copied its folder. */
async function copiedExample(): Promise<Embedder> {
  const embedder = await newEmbedder();
  await cp(join(ROOT, "examples", "greet"), embedder.folder, { recursive: true });
  return embedder;
}

/** What somebody does who wants to try the example: keys, and a zone of their own. */
async function withOwnZone(embedder: Embedder) {
  const [dns, http] = [await freePort(), await freePort()];
  const data = join(embedder.home, "zone-data");
  await startResolver([
    ...["--zone", ZONE, "--listen", `127.0.0.1:${dns}`, "--http", `127.0.0.1:${http}`, "--data", data],
    ...["--ack", "198.18.0.7", "--bits", "6", "--bucket", "1s", "--min-batch", "1", "--publish-after", "0s"],
  ]);
  const keys = await run(embedder, ["sotto-keys", "epochs", "--plain", "--for", "4w", "--definition", "sotto.json"]);
  expect(keys.code).toBe(0);
  const file = join(embedder.folder, "sotto.json");
  // The example's fields end one day; the test must not end with them.
  const lasting = (await readFile(file, "utf8")).replace(
    /"expires": "\d{4}/g,
    `"expires": "${new Date().getUTCFullYear() + 1}`,
  );
  const definition = JSON.parse(lasting);
  // Every CI job is to report, since a test cannot wait for one in sixteen.
  const own = { ...definition, ciSample: 1, zones: [{ zone: ZONE, ack: ["198.18.0.7"], bits: 6 }] };
  await writeFile(file, JSON.stringify(own, null, 2));
  const reports = async (): Promise<Record<string, unknown>[]> => {
    const { stdout } = await run(embedder, [
      ...["sotto-decoder", "scan", "--keyring", "keyring", "--from", `http://127.0.0.1:${http}`],
    ]);
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line).report);
  };
  return { environment: { SOTTO_SERVER: `127.0.0.1:${dns}`, CI: "true", SOTTO_TELEMETRY: "on" }, reports };
}

describe("the example greet", () => {
  it("passes its own tests", async () => {
    const { code, stdout } = await run(await copiedExample(), ["node", "--test"]);
    expect(stdout).toMatch(/^# pass [1-9]|^ℹ pass [1-9]/m);
    expect([code, stdout.match(/not ok|✖/)]).toEqual([0, null]);
  });

  it("greets, and its project reads once what was agreed to", async () => {
    const embedder = await copiedExample();
    const { environment, reports } = await withOwnZone(embedder);
    const greet = (...args: string[]) => run(embedder, ["node", "bin/greet.js", ...args], environment);
    for (const language of ["en", "de"]) {
      const { code, stdout, stderr } = await greet("hello", "Ada", "--language", language);
      expect([code, stdout, stderr]).toEqual([0, language === "en" ? "Hello, Ada!\n" : "Hallo, Ada!\n", ""]);
    }
    const read = await until(
      "a report",
      async () => {
        const found = await reports();
        return found.length > 0 ? found : null;
      },
      60,
    );
    const platforms = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64"];
    const here = `${process.platform}-${process.arch}`;
    expect(read).toEqual([{ v: "1.4.2", p: platforms.includes(here) ? here : "other", a: 1, r: "ci" }]);
    const history = await greet("telemetry", "history");
    expect([history.code, history.stderr]).toEqual([0, ""]);
    expect(history.stdout).toContain("weekly");
  });

  it("tells nobody anything, and leaves nothing behind, before somebody agreed", async () => {
    const embedder = await copiedExample();
    const { stdout } = await run(embedder, ["node", "bin/greet.js", "bye", "Ada", "--language", "fr"]);
    expect(stdout).toBe("Au revoir, Ada!\n");
    expect(await readdir(embedder.home)).toEqual([]);
    const status = await run(embedder, ["node", "bin/greet.js", "telemetry", "status"]);
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining("greet: undecided")]);
    expect(await readdir(embedder.home)).toEqual([]);
  });

  it("falls silent when its user says no, and says so", async () => {
    const embedder = await copiedExample();
    const { environment, reports } = await withOwnZone(embedder);
    const disabled = await run(embedder, ["node", "bin/greet.js", "telemetry", "disable"]);
    expect([disabled.code, disabled.stderr]).toEqual([0, ""]);
    const { stdout } = await run(embedder, ["node", "bin/greet.js", "hello"], environment);
    expect(stdout).toBe("Hello, world!\n");
    const status = await run(embedder, ["node", "bin/greet.js", "telemetry", "status"], environment);
    expect(status.stdout).toContain("greet: off");
    expect(await reports()).toEqual([]);
  });

  it("asks for the client, and for the commander that the client itself takes", async () => {
    const manifest = async (folder: string) => JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8"));
    const client = await manifest("client");
    expect((await manifest("examples/greet")).dependencies).toEqual({
      "@sotto/client": client.version,
      commander: client.dependencies.commander,
    });
  });
});
