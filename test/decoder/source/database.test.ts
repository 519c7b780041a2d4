import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { formatKeyFile } from "@sotto/keys";
import { generateKeyPair, puzzleDigest } from "@sotto/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDatabase } from "../../../decoder/source/database.ts";
import { PostgresLog } from "../../../resolver/postgres/log.ts";
import { PostgresSink } from "../../../resolver/postgres/sink.ts";
import { run } from "../../e2e/command.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { frameOf, ZONE } from "../../resolver/log/collection.ts";
import { type TestDatabase, TestServer } from "../../resolver/postgres/server.ts";
import { sealed } from "../sealing.ts";

const HOUR = 3600;
const KEEPING = { bucket: HOUR, minBatch: 100, publishAfter: 0, retention: 24 * HOUR };
const SECRET = "correct horse";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.database();
  await server.ask(
    database.name,
    `CREATE ROLE reader LOGIN PASSWORD '${SECRET}' IN ROLE sotto_decoder, sotto_with_password`,
  );
});
afterAll(() => server.stop());

describe("sotto-decoder scan --from postgres://", () => {
  it("reads what is published, as a login that sees nothing else, with the result of the segments' files", async () => {
    const key = generateKeyPair();
    const texts = ['{"a":1}', '{"a":2}', `{"long":"${"x".repeat(150)}"}`];
    const reports = texts.flatMap((text, index) => sealed(text, key, `database ${index}`));
    let now = NOON;
    const log = await PostgresLog.open(database.store, ZONE, KEEPING, { clock: () => now });
    const sink = new PostgresSink(database.store, ZONE);
    // Two segments of several chunks, and one below the minimum batch, which is not to be read.
    const hours = [reports.slice(0, 2), reports.slice(2), sealed('{"held":1}', key, "held")];
    for (const [hour, mine] of hours.entries()) {
      const foreign = Array.from({ length: hour < 2 ? 2500 : 5 }, (_, index) => frameOf(`foreign ${hour} ${index}`));
      const writer = await sink.begin((await log.follow(now)).open);
      await writer.append([...foreign, ...mine].map((frame) => ({ frame, digest: puzzleDigest(frame) })));
      now += HOUR;
      await log.maintain((await log.follow(now)).open, now);
    }
    const folder = await temporaryFolder();
    await mkdir(join(folder, "log"));
    for (const entry of log.published(now)) {
      const segment = await log.openSegment(entry);
      const octets = Buffer.concat((await segment?.octets(0, entry.bytes - 1).toArray()) ?? []);
      await writeFile(join(folder, "log", `${entry.id}.seg`), octets);
    }
    const keyFile = join(folder, "key");
    await writeFile(keyFile, formatKeyFile(key), { mode: 0o600 });
    const scan = (from: string, env = {}) =>
      run("sotto-decoder", ["scan", "--key-file", keyFile, "--from", from], { env });
    const fromFolder = await scan(join(folder, "log"));
    const fromDatabase = await scan(server.storeOf(database.name, "reader", encodeURIComponent(SECRET)));
    expect(fromDatabase.stderr).toContain("frames scanned: 5005");
    expect(fromDatabase).toEqual(fromFolder);
    expect(fromDatabase.code).toBe(0);
    expect(fromDatabase.stdout.trim().split("\n")).toHaveLength(3);
    expect(fromDatabase.stdout).not.toContain("held");

    const byVariable = await scan(`postgres://reader@127.0.0.1:${server.port}/${database.name}`, {
      PGPASSWORD: SECRET,
    });
    expect(byVariable.stdout).toBe(fromFolder.stdout);

    const segments = await listDatabase(database.store);
    expect(segments.map(({ name, place }) => `${name} ${place}`).join()).not.toContain("not-a-word");
    await server.ask(
      database.name,
      "UPDATE sotto.published SET frames = set_byte(frames, 9, 255 - get_byte(frames, 9)) WHERE chunk = 1",
    );
    await expect(segments[0]?.open()).rejects.toThrow(/damaged|order|ascend/);
    now += 40 * HOUR;
    await log.maintain((await log.follow(now)).open, now);
    await expect(segments[1]?.open()).rejects.toThrow(/not there \(any more\)/);
    await sink.close();
    await log.close();
  });

  it("never tells the password", async () => {
    const password = encodeURIComponent(`${SECRET} no`);
    const places = [
      `postgres://reader:${password}@no-such-host.invalid/x`,
      `postgres://reader:${password}@127.0.0.1:${server.port}/${database.name}?sslmode=sometimes`,
      server.storeOf(database.name, "reader", password),
    ] as const;
    for (const place of places) {
      const error = await listDatabase(place).then(
        () => "",
        (thrown: unknown) => inspect(thrown, { depth: 10, showHidden: true }),
      );
      expect(error).toMatch(/Error/);
      for (const secret of [password, SECRET, "horse"]) expect(error).not.toContain(secret);
    }
    const keyFile = join(await temporaryFolder(), "key");
    await writeFile(keyFile, formatKeyFile(generateKeyPair()), { mode: 0o600 });
    const { code, stdout, stderr } = await run("sotto-decoder", [
      "scan",
      "--key-file",
      keyFile,
      "--from",
      places[2],
      "--debug",
    ]);
    expect(code).not.toBe(0);
    for (const secret of [password, SECRET, "horse"]) expect(stdout + stderr).not.toContain(secret);
  });
});
