// Over 300 lines: three workers, one of them killed, and all that may become of a segment on its way through the queue.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { passphrasesFrom } from "@sotto/keys";
import { puzzleDigest } from "@sotto/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { main } from "../../../decoder/cli.ts";
import { systemContext } from "../../../decoder/commands/context.ts";
import { withKeys } from "../../../decoder/keysources.ts";
import { OpenerPool } from "../../../decoder/opening/pool.ts";
import { PostgresStore } from "../../../decoder/postgres/postgresstore.ts";
import { SegmentQueue } from "../../../decoder/queue/queue.ts";
import { queueSchemaOf } from "../../../decoder/queue/schema.ts";
import { scanIntoStores } from "../../../decoder/scanning/storescan.ts";
import { listSegments } from "../../../decoder/source/source.ts";
import { PostgresLog } from "../../../resolver/postgres/log.ts";
import { PostgresSink } from "../../../resolver/postgres/sink.ts";
import { binOf, PATIENCE } from "../../e2e/command.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { ZONE } from "../../resolver/log/collection.ts";
import { type TestDatabase, TestServer } from "../../resolver/postgres/server.ts";
import { epochsFrom, seededKeyring } from "../keyrings.ts";
import { DAY, sealed } from "../sealing.ts";
import { MemoryStore } from "../store/memorystore.ts";
import { knowledgeOf, type Spread, spreadLog, writeSpreadLog } from "./spreadlog.ts";

const SECRET = "not-a-word-of-any-message";
const READER_SECRET = "correct-horse";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.database(false);
}, PATIENCE.timeout);
afterAll(() => server.stop());
afterEach(() => vi.unstubAllEnvs());

/** A log in a folder, a keyring, and records of a schema. Workers that go on have processes of their own. */
async function scene(schema: string, spread: Spread) {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const { keys } = await seededKeyring(at("keyring"), epochsFrom(DAY - 14, 4), schema);
  const key = keys.find(({ from, until }) => from <= DAY && DAY < until) as (typeof keys)[number];
  await writeSpreadLog(at("log"), spreadLog(schema, key, spread));
  const store = `${server.storeOf(database.name)}?schema=${schema}`;
  const decoder = (command: string, ...args: string[]) => tell([...command.split(" "), "--store", store, ...args]);
  const workArgs = ["--keyring", at("keyring"), "--store", store, "--engine", "sodium-native", "--threads", "1"];
  return {
    ...{ at, key, store, decoder },
    enqueue: (...args: string[]) => decoder("enqueue", "--from", at("log"), ...args),
    workOnce: () => tell(["work", "--once", ...workArgs]),
    /** A worker that goes on until somebody ends it. */
    startWorker: (...args: string[]) => startWorker([...workArgs, ...args]),
    queue: async () => JSON.parse((await decoder("queue", "--json")).stdout),
    /** What the records say, and what one scan of the folder into one store says. */
    knowledge: () => knowledgeIn(store),
    scannedAlone: () => scannedAlone(at("log"), at("keyring")),
    ask: (text: string) => server.ask<{ id: string }>(database.name, text.replaceAll("QUEUE", `${schema}_queue`)),
  };
}

/** Runs a command in this process. */
async function tell(args: readonly string[]) {
  const said = { stdout: "", stderr: "" };
  const code = await main(args, {
    ...systemContext(),
    write: async (text) => {
      said.stdout += text;
    },
    progress: { isTTY: false, write: () => true },
    stop: () => new AbortController().signal,
    note: (text) => {
      said.stderr += `${text}\n`;
    },
  });
  return { code, ...said };
}

async function scannedAlone(log: string, keyring: string) {
  const store = new MemoryStore();
  const unlock = passphrasesFrom({ file: undefined, environment: {}, terminal: null });
  await withKeys({ keyrings: [keyring], keyFiles: [], passphrases: unlock }, async (keys) => {
    const pool = await OpenerPool.start({ keys, engine: "sodium-native", threads: 1 });
    const fail = (name: string) => expect.unreachable(name);
    const segments = await listSegments(log, fail);
    const projects = [{ store, keys, check: null }];
    await scanIntoStores(segments, { projects, pool, passed: () => {}, trouble: fail, gone: () => fail("gone") });
    await pool.close();
  });
  return await knowledgeOf(store);
}

/** Makes a zone's log in the database publish frames. */
async function publish(frames: readonly Uint8Array[]): Promise<void> {
  const { store } = database;
  let now = NOON;
  const keeping = { bucket: 3600, minBatch: 1, publishAfter: 0, retention: 86_400 };
  const log = await PostgresLog.open(store, ZONE, keeping, { clock: () => now });
  const sink = new PostgresSink(store, ZONE);
  const writer = await sink.begin((await log.follow(now)).open);
  await writer.append(frames.map((frame) => ({ frame, digest: puzzleDigest(frame) })));
  now += 3600;
  await log.maintain((await log.follow(now)).open, now);
  await sink.close();
  await log.close();
}

async function knowledgeIn(place: string) {
  const store = await PostgresStore.open(place, { readOnly: true });
  const knowledge = await knowledgeOf(store);
  await store.close();
  return knowledge;
}

interface Worker {
  /** What it said so far. */
  said(): string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function startWorker(args: readonly string[]): Worker {
  const child = spawn(process.execPath, [binOf("sotto-decoder"), "work", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    said: () => said,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

const SMALL: Spread = { segments: 4, reports: 12, foreign: 50, copies: 2 };

describe("sotto-decoder enqueue and work", () => {
  it("scan what is new, each segment once, and say what they did", async () => {
    const { at, enqueue, workOnce, queue, knowledge, scannedAlone } = await scene("each_once", SMALL);
    expect(await enqueue()).toEqual({
      ...{ code: 0, stdout: "" },
      stderr: "put in: 4 segments\nin the queue before: 0\nscanned before: 0\n",
    });
    expect((await enqueue()).stderr).toContain("put in: 0 segments\nin the queue before: 4\n");
    expect(await queue()).toMatchObject({ waiting: 4, opening: 0, retrying: 0, dead: 0 });
    const worked = await workOnce();
    expect(worked.code).toBe(0);
    expect(worked.stderr).toMatch(/000\.seg, 2026-11-17 00:00 UTC, \d+ frames: 50 foreign, .*\d+ taken\n/);
    expect(worked.stderr).toContain("segments scanned: 4\n");
    expect(await queue()).toEqual({ waiting: 0, opening: 0, retrying: 0, dead: 0, segments: [] });
    expect(await knowledge()).toEqual(await scannedAlone());
    const again = await enqueue("--keyring", at("keyring"));
    expect(again.stderr).toBe("put in: 0 segments\nin the queue before: 0\nscanned before: 4\n");
  });

  it("hold no key and no password in the queue, and keep projects of one database apart", async () => {
    const north = await scene("north", SMALL);
    const south = await scene("south", { ...SMALL, segments: 3 });
    await north.enqueue();
    await south.enqueue();
    expect((await north.queue()).waiting).toBe(4);
    expect((await south.queue()).waiting).toBe(3);
    const [row] = await north.ask("SELECT string_agg(j::text, ' ') AS id FROM QUEUE.job j");
    for (const secret of [SECRET, "AGE-SECRET-KEY", "sotto-secret"]) expect(row?.id).not.toContain(secret);
    expect(row?.id).toContain(north.at("log"));
  });

  it("say what is wrong with a segment, try it again, give it up, and take it up again when they are told to", async () => {
    const { at, enqueue, workOnce, queue, knowledge, scannedAlone, decoder, ask } = await scene("damaged", SMALL);
    await enqueue();
    const path = at("log/002.seg");
    const octets = await readFile(path);
    await writeFile(path, Buffer.from(octets).fill(0, 5000, 5001));
    const first = await workOnce();
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/002\.seg, .*: the segment is damaged: its check sum does not fit\n/);
    expect(first.stderr).toContain("segments scanned: 3\n");
    expect(await queue()).toMatchObject({
      ...{ waiting: 0, retrying: 1, dead: 0 },
      segments: [{ standing: "retrying", failures: 1, reason: "the segment is damaged: its check sum does not fit" }],
    });
    // It is not ready before its time, and then it was tried often enough.
    expect((await workOnce()).code).toBe(0);
    await ask("UPDATE QUEUE.job SET start_after = now(), retry_count = retry_limit - 1 WHERE state = 'retry'");
    expect((await workOnce()).code).toBe(1);
    const shown = await decoder("queue");
    expect(shown.stdout).toMatch(/^waiting: 0\nbeing opened: 0\nto be tried again: 0\ngiven up: 1\n/);
    expect(shown.stdout).toMatch(/^given up +2026-11-17 02:00 UTC .* 9 .*002\.seg +the segment is damaged/m);
    expect(shown.stderr).toContain("queue --retry puts back");
    await writeFile(path, octets);
    expect((await enqueue()).stderr).toMatch(/put in: 0 segments\n.*\nscanned before: 3\ngiven up before: 1 /);
    expect((await decoder("queue --retry")).stderr).toBe("put back: 1 segment\n");
    expect((await workOnce()).code).toBe(0);
    expect((await queue()).segments).toEqual([]);
    expect(await knowledge()).toEqual(await scannedAlone());
  });

  it("hand the segment in hand back at SIGTERM, as if nobody had taken it", async () => {
    const { enqueue, startWorker, queue, ask } = await scene("sigterm", {
      ...SMALL,
      segments: 1,
      copies: 0,
      foreign: 10_000,
    });
    await enqueue();
    const worker = startWorker("--engine", "tweetnacl");
    await vi.waitUntil(
      async () => (await ask("SELECT id FROM QUEUE.job WHERE state = 'active'")).length === 1,
      PATIENCE,
    );
    expect(await worker.end("SIGTERM")).toBe(0);
    expect(worker.said()).toContain("handed back\n");
    expect(await queue()).toMatchObject({ waiting: 1, opening: 0, segments: [{ failures: 0, reason: null }] });
  });

  it("open segments of a zone's log in PostgreSQL with a password that each worker has, and the queue has not", async () => {
    await server.database();
    await server.ask(
      database.name,
      `CREATE ROLE queue_reader LOGIN PASSWORD '${READER_SECRET}' IN ROLE sotto_decoder, sotto_with_password`,
    );
    const { key, store, decoder, workOnce, ask } = await scene("from_database", SMALL);
    await publish(sealed('{"from":"database"}', key, "from database"));
    const reader = (password: string) => `postgres://queue_reader${password}@127.0.0.1:${server.port}/${database.name}`;
    const put = await decoder("enqueue", "--from", reader(`:${READER_SECRET}`));
    expect(put.stderr).toContain("put in: 1 segment\n");
    const jobs = await ask("SELECT data ->> 'place' AS id FROM QUEUE.job");
    expect(jobs).toEqual([{ id: reader("") }]);
    vi.stubEnv("PGPASSWORD", "wrong");
    const without = await workOnce();
    expect([without.code, without.stderr]).toEqual([1, expect.stringMatching(/password/)]);
    expect(without.stderr).not.toContain(SECRET);
    await ask("UPDATE QUEUE.job SET start_after = now()");
    vi.stubEnv("PGPASSWORD", READER_SECRET);
    expect((await workOnce()).code).toBe(0);
    expect((await knowledgeIn(store)).messages.map(({ text }) => text)).toEqual(['{"from":"database"}']);
  });

  it.each([
    ["records in a file", ["work", "--store", "records.duckdb", "--keyring", "k"], /share records in PostgreSQL only/],
    ["no key", ["work", "--store", "postgres://localhost/x"], /no key to scan with/],
    ["no source", ["enqueue", "--store", "postgres://localhost/x"], /nothing to put in/],
  ])("refuse %s as wrong usage", async (_what, args, message) => {
    await expect(tell(args)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
  });
});

describe("a queue", () => {
  it("is made once when many open it at the same time, and not by who only looks", async () => {
    const store = `${server.storeOf(database.name)}?schema=many`;
    await expect(SegmentQueue.open(store, { make: false })).rejects.toMatchObject({ code: "SOTTO_STORE_QUEUE" });
    const queues = await Promise.all([1, 2, 3, 4].map(() => SegmentQueue.open(store)));
    const job = { sha256: "a".repeat(64), start: 0, end: 3600, count: 1, place: "/log", name: "/log/a.seg" };
    const added = await Promise.all(queues.map((queue) => queue.add([job])));
    expect(added.reduce((sum, number) => sum + number)).toBe(1);
    const taken = await Promise.all(queues.map((queue) => queue.take()));
    expect(taken.filter((one) => one !== null)).toHaveLength(1);
    for (const one of taken) await one?.done();
    for (const queue of queues) await queue.close();
  });

  it("has a name that PostgreSQL and pg-boss take, and that no other records' queue has", () => {
    const long = "x".repeat(62);
    const names = ["sotto_records", `${long}a`, `${long}b`, "y".repeat(44), "y".repeat(45)].map(queueSchemaOf);
    expect(names[0]).toBe("sotto_records_queue");
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z_][a-z0-9_]{0,49}$/);
  });
});

describe("three workers, of which one is killed in the middle of its commit", () => {
  it("lose nothing and double nothing", async () => {
    const log: Spread = { segments: 9, reports: 60, foreign: 300, copies: 0 };
    const { enqueue, startWorker, queue, knowledge, scannedAlone, ask } = await scene("killed", log);
    await enqueue();
    // Whoever commits comes as far as this table, and has put the rest into the database by then.
    await ask("BEGIN");
    await ask("LOCK TABLE killed.weeks");
    const killed = startWorker();
    const committing = "SELECT pid::text AS id FROM pg_locks WHERE relation = 'killed.weeks'::regclass AND NOT granted";
    await vi.waitUntil(async () => (await ask(committing)).length === 1, PATIENCE);
    // The others open theirs meanwhile, and wait for it.
    const others = [startWorker(), startWorker()];
    const impatient = startWorker();
    const active = () => ask("SELECT id FROM QUEUE.job WHERE state = 'active'");
    const turns = "SELECT pid::text AS id FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    await vi.waitUntil(async () => (await ask(turns)).length === 3, PATIENCE);
    expect(await active()).toHaveLength(4);
    // Whoever waits for its turn can be stopped all the same.
    expect(await impatient.end("SIGTERM")).toBe(0);
    expect(impatient.said()).toContain("handed back\n");
    await killed.end("SIGKILL");
    await ask("COMMIT");
    await vi.waitUntil(async () => (await ask("SELECT id FROM QUEUE.job")).length === 1, PATIENCE);
    expect(await active()).toHaveLength(1);
    // A minute goes by without a heartbeat, and the time until the next attempt.
    await ask("UPDATE QUEUE.job SET heartbeat_on = heartbeat_on - interval '2 minutes'");
    await vi.waitUntil(async () => (await queue()).retrying === 1, PATIENCE);
    expect((await queue()).segments).toMatchObject([{ reason: "its worker died, or was cut off" }]);
    await ask("UPDATE QUEUE.job SET start_after = now()");
    await vi.waitUntil(async () => (await ask("SELECT id FROM QUEUE.job")).length === 0, PATIENCE);
    for (const other of others) expect(await other.end("SIGTERM")).toBe(0);
    const scanned = others.flatMap(
      (other) => /^segments scanned: (\d+)$/m.exec(other.said())?.slice(1).map(Number) ?? [],
    );
    expect(scanned.reduce((sum, number) => sum + number)).toBe(9);
    expect(await knowledge()).toEqual(await scannedAlone());
  });
});
