import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeName, verify } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { freePort, run, startResolver, untilSealed } from "./command.ts";
import { temporaryFolder } from "./scene.ts";

const ZONE = "r.example.net";

describe("the line through every role, each a command of its own", () => {
  it("takes reports from a client to the decoder of their project and of nobody else", async () => {
    const folder = await temporaryFolder();
    const [dns, http] = [await freePort(), await freePort()];
    const keys = await Promise.all(
      ["django", "fedora"].map(async (name) => {
        const made = await run("sotto-keys", ["new", "--plain", "--out", join(folder, `${name}.key`), "--name", name]);
        expect(made.code).toBe(0);
        return made.stdout.trim();
      }),
    );
    const serving = await startResolver([
      ...["--zone", ZONE, "--listen", `127.0.0.1:${dns}`, "--http", `127.0.0.1:${http}`],
      ...["--data", join(folder, "data"), "--ack", "198.18.0.7", "--bits", "4", "--bucket", "2s"],
      ...["--min-batch", "1", "--publish-after", "0s", "--retention", "60s"],
    ]);
    expect(serving.readyLine).toContain(`127.0.0.1:${dns}`);
    expect(serving.readyLine).toContain(`http://127.0.0.1:${http}`);

    const reports = Array.from({ length: 40 }, (_, i) => JSON.stringify({ i, pad: "ü".repeat(i * 10) }));
    const target = ["--zone", ZONE, "--server", `127.0.0.1:${dns}`];
    const many = await run("sotto-client", ["send", "--key", keys[0] ?? "", ...target, "--ndjson", "-"], {
      input: reports.join("\n"),
    });
    expect([many.code, many.stderr]).toEqual([0, ""]);
    const lines = many.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ acked, frames }) => [acked, frames.length])).toEqual(
      reports.map((report) => [true, Buffer.byteLength(report) <= 63 ? 1 : Math.ceil(Buffer.byteLength(report) / 54)]),
    );
    const own = '{"from": "standard input",\n"n": 1.50}';
    const one = await run("sotto-client", ["send", "--key", keys[1] ?? "", ...target, "-"], { input: `${own}\n` });
    expect(one.code).toBe(0);

    await untilSealed(join(folder, "data"));
    const scan = (name: string, ...from: string[]) =>
      run("sotto-decoder", [
        "scan",
        "--key-file",
        join(folder, `${name}.key`),
        ...from.flatMap((at) => ["--from", at]),
      ]);
    const django = await scan("django", `http://127.0.0.1:${http}`, join(folder, "data"));
    expect(django.code).toBe(0);
    const records = django.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ report }) => JSON.stringify(report)).sort()).toEqual([...reports].sort());
    const frames = new Map(lines.map((line, i) => [reports[i], line.frames]));
    for (const record of records) {
      expect(record.frames).toEqual(frames.get(JSON.stringify(record.report)));
      expect(Object.keys(record)).toEqual(["day", "start", "end", "report", "frames", "key"]);
    }
    const total = lines.reduce((sum, line) => sum + line.frames.length, 0);
    // Both places hold the same segments: every frame comes twice.
    for (const row of [`opened: ${2 * total}`, `foreign: 2`, `duplicates: ${total}`, "incomplete: 0", "malformed: 0"]) {
      expect(django.stderr).toContain(`${row}\n`);
    }
    const fedora = await scan("fedora", `http://127.0.0.1:${http}/`);
    expect(fedora.stdout).toContain('"report":{"from": "standard input", "n": 1.50},');
    expect(fedora.stdout.trim().split("\n")).toHaveLength(1);
    expect(await serving.stop("SIGTERM")).toBe(0);
  });

  it("says why a report was not acknowledged, in one line, with exit code 1", async () => {
    const folder = await temporaryFolder();
    const [dns, http] = [await freePort(), await freePort()];
    await startResolver([
      ...["--zone", ZONE, "--listen", `127.0.0.1:${dns}`, "--http", `127.0.0.1:${http}`],
      ...["--data", join(folder, "data"), "--ack", "198.18.0.7", "--bits", "12"],
    ]);
    const key = (await run("sotto-keys", ["new", "--plain", "--out", join(folder, "a.key")])).stdout.trim();
    const send = (...args: string[]) =>
      run("sotto-client", ["send", "--key", key, "--zone", ZONE, "--server", `127.0.0.1:${dns}`, ...args]);
    const cases: [string[], string][] = [
      [["--ack", "198.18.0.7", "--bits", "0", "{}"], "SOTTO_REFUSED"],
      [["--ack", "198.18.0.99", "{}"], "SOTTO_NOT_CONFIRMED"],
    ];
    for (const [args, code] of cases) {
      const { code: exit, stdout, stderr } = await send(...args);
      expect([exit, JSON.parse(stdout).error]).toEqual([1, code]);
      expect(stderr).toMatch(/^sotto-client: not acknowledged: [^\n]+\n$/);
    }
    for (const text of ['{"a":1,"a":2}', "[1]", "{", `{"a":"${"x".repeat(900)}"}`]) {
      const { code, stdout, stderr } = await send(text);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^sotto-client: [^\n]+\n$/);
    }
    const mixed = await run(
      "sotto-client",
      ["send", "--key", key, "--zone", ZONE, "--server", `127.0.0.1:${dns}`, "--ndjson", "-"],
      {
        input: Buffer.concat([Buffer.from('{"ok":1}\nnot json\n{"bad":"'), Buffer.of(0xff), Buffer.from('"}\n')]),
      },
    );
    expect(mixed.stdout.split("\n").map((line) => (line === "" ? null : JSON.parse(line).error))).toEqual([
      undefined,
      "SOTTO_TEXT_JSON",
      "SOTTO_TEXT_UTF8",
      null,
    ]);
    expect([mixed.code, mixed.stderr]).toEqual([1, "sotto-client: 2 of 3 reports were not acknowledged\n"]);
  });
});

describe("sotto-client send", () => {
  it("--dry-run prints canonical names with a solved puzzle and needs no server", async () => {
    const key = (
      await run("sotto-keys", ["new", "--plain", "--out", join(await temporaryFolder(), "k")])
    ).stdout.trim();
    const text = JSON.stringify({ pad: "x".repeat(100) });
    const { code, stdout } = await run("sotto-client", [
      "send",
      "--key",
      key,
      "--zone",
      ZONE,
      "--bits",
      "9",
      "--dry-run",
      text,
    ]);
    const frames = stdout
      .trim()
      .split("\n")
      .map((name) => decodeName(name, ZONE));
    expect([code, frames.length]).toEqual([0, 3]);
    for (const frame of frames) expect(frame !== null && verify(frame, 9)).toBe(true);
  });

  it("sends nothing when DO_NOT_TRACK is set, and says so with exit code 3", async () => {
    const key = (
      await run("sotto-keys", ["new", "--plain", "--out", join(await temporaryFolder(), "k")])
    ).stdout.trim();
    const args = [
      "send",
      "--key",
      key,
      "--zone",
      ZONE,
      "--server",
      "127.0.0.1:9",
      "--ack",
      "198.18.0.7",
      "--bits",
      "0",
      "{}",
    ];
    for (const value of ["1", "true", "yes"]) {
      const { code, stderr } = await run("sotto-client", args, { env: { DO_NOT_TRACK: value } });
      expect([code, stderr]).toEqual([3, "sotto-client: DO_NOT_TRACK is set, so nothing was sent\n"]);
    }
    // A dry run asks nobody either: not even for the zone's policy.
    const env = { DO_NOT_TRACK: "1" };
    const dry = await run("sotto-client", [...args.filter((arg) => arg !== "--bits" && arg !== "0"), "--dry-run"], {
      env,
    });
    expect(dry.code).toBe(3);
    expect((await run("sotto-client", [...args, "--dry-run"], { env })).code).toBe(0);
  });
});

describe("sotto-keys", () => {
  it("writes a secret key that only its owner can read, never over another, and prints its public key", async () => {
    const file = join(await temporaryFolder(), "django.key");
    const made = await run("sotto-keys", ["new", "--plain", "--out", file, "--name", "django"]);
    expect(made.stdout).toMatch(/^sotto1[0-9a-z]{58}\n$/);
    const content = await readFile(file, "utf8");
    expect(content).toMatch(/^(#[^\n]*\n)+SOTTO-SECRET-KEY-1[0-9A-Z]{58}\n$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await run("sotto-keys", ["public", file])).stdout).toBe(made.stdout);
    const again = await run("sotto-keys", ["new", "--plain", "--out", file]);
    expect([again.code, again.stdout]).toEqual([1, ""]);
    expect(await readFile(file, "utf8")).toBe(content);
  });

  it("without --plain explains and ends with 2; wrong usage too; a damaged key file with 1, never quoted", async () => {
    const folder = await temporaryFolder();
    const unprotected = await run("sotto-keys", ["new", "--out", join(folder, "x")]);
    expect(unprotected.code).toBe(2);
    expect(unprotected.stderr).toContain("--plain");
    expect((await run("sotto-keys", ["nonsense"])).code).toBe(2);
    await writeFile(
      join(folder, "typo"),
      "SOTTO-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n",
      { mode: 0o600 },
    );
    const typo = await run("sotto-keys", ["public", join(folder, "typo")]);
    expect(typo.code).toBe(1);
    expect(typo.stderr).not.toContain("QQQQ");
  });

  it("shows the stack only with --debug", async () => {
    expect((await run("sotto-keys", ["public", "/nonexistent"])).stderr).not.toContain("    at ");
    expect((await run("sotto-keys", ["public", "--debug", "/nonexistent"])).stderr).toContain("    at ");
  });
});
