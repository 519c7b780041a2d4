import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredMessage } from "../../../decoder/store/contract.ts";
import { type DuckDbPlace, duckDbPlace } from "./duckdbplace.ts";
import { DAY, emptyOf, frameOf, gather, idOf, partOf, recordOf, scanInto, segmentOf } from "./samples.ts";

/** Text that nothing can compress, so that it stands in a file as it is. */
const unique = (octets = 90) => randomBytes(octets).toString("base64url");

const END = DAY * 86_400 + 3600;

interface Secret {
  readonly message: StoredMessage;
  /** What must be gone with it, as it stands in files. */
  readonly traces: readonly string[];
}

function secretOf(label: string, day = DAY): Secret {
  const [text, values, session] = [unique(), unique(), unique(12)];
  return {
    message: recordOf(label, { day, text: `{"t":"${text}"}`, values: `{"t":"${values}"}`, session }),
    traces: [text, values, session],
  };
}

let place: DuckDbPlace;

beforeEach(async () => {
  place = await duckDbPlace();
});

afterEach(() => place.remove());

/**
 * The traces that some file of the store holds. Another process reads: were this one to close a file that DuckDB has
 * open, the lock on it would go.
 */
async function tracesIn(path: string, traces: readonly string[]): Promise<string[]> {
  const holds = async (trace: string) => {
    const { code } = await promisify(execFile)("grep", ["-rqaF", "-e", trace, path]).then(
      () => ({ code: 0 }),
      (error: { code: number }) => error,
    );
    expect([0, 1]).toContain(code);
    return code === 0;
  };
  const held: string[] = [];
  for (const trace of traces) if (await holds(trace)) held.push(trace);
  return held;
}

/** A store in which some records are to go, and others to stay; some in the file, the rest still in its log. */
async function scene() {
  const gone = ["early", "late"].map((label) => secretOf(label));
  const kept = Array.from({ length: 50 }, (_, at) => secretOf(`kept ${at}`, DAY + 40));
  let store = await place.open();
  const [early, late] = gone as [Secret, Secret];
  await scanInto(store, segmentOf("a"), {
    frames: [frameOf("early")],
    messages: [early.message, ...kept.map(({ message }) => message)],
  });
  await store.close();
  store = await place.open();
  await scanInto(store, segmentOf("b"), { frames: [frameOf("late")], messages: [late.message] });
  const traces = gone.flatMap(({ traces }) => traces);
  // The control: the search finds what is there, in the file and in the log.
  expect(await tracesIn(place.folder, traces)).toEqual(traces);
  expect(await place.names()).toContain("records.duckdb.wal");
  return { store, gone, kept, traces, staying: kept.slice(0, 3).flatMap((secret) => secret.traces) };
}

/** Puts a folder in the fresh file's place; @returns what removes it. */
async function hinderRewriting(): Promise<() => Promise<void>> {
  const temporary = (await place.names()).find((name) => name.startsWith("records.duckdb.tmp-")) ?? "";
  const fresh = join(place.folder, temporary, "fresh");
  await mkdir(fresh);
  return () => rm(fresh, { recursive: true });
}

describe("what was forgotten", () => {
  it("is in no file of the store any more, and the rest is", async () => {
    const { store, gone, kept, traces, staying } = await scene();
    expect(await store.forget(gone.map(({ message }) => message.id))).toBe(2);
    expect(await tracesIn(place.folder, traces)).toEqual([]);
    expect(await tracesIn(place.folder, staying)).toEqual(staying);
    expect(await gather(store.messagesIn(["record"]))).toHaveLength(kept.length);
    await store.close();
    expect(await tracesIn(place.folder, traces)).toEqual([]);
  });

  it("leaves no parts behind", async () => {
    const chunk = randomBytes(54);
    // grep looks for a line's text: a chunk of letters.
    const letters = Buffer.from(chunk.toString("base64url").slice(0, 54));
    const store = await place.open();
    const parts = [
      partOf("m", 0, { chunk: letters }),
      partOf("other", 0, { chunk: Buffer.from(unique().slice(0, 54)) }),
    ];
    await scanInto(store, segmentOf("a"), {
      messages: [emptyOf("m", "incomplete"), emptyOf("other", "incomplete")],
      parts,
    });
    expect(await tracesIn(place.folder, [letters.toString()])).toHaveLength(1);
    await store.forget([idOf("m")]);
    expect(await tracesIn(place.folder, [letters.toString()])).toEqual([]);
    await store.close();
  });

  it("goes with the next opening, when the file could not be written anew", async () => {
    const { store, gone, traces } = await scene();
    await hinderRewriting();
    const ids = gone.map(({ message }) => message.id);
    await expect(store.forget(ids)).rejects.toMatchObject({
      code: "SOTTO_STORE_WRITE",
      message: expect.stringMatching(/^cannot write the store: [^\n]+$/),
    });
    expect((await gather(store.messagesIn(["forgotten"]))).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect((await tracesIn(place.folder, traces)).length).toBeGreaterThan(0);
    await store.close();
    const readOnly = await place.open({ readOnly: true });
    await readOnly.close();
    expect((await tracesIn(place.folder, traces)).length).toBeGreaterThan(0);
    const again = await place.open();
    expect(await tracesIn(place.folder, traces)).toEqual([]);
    expect(await gather(again.messagesIn(["forgotten"]))).toHaveLength(2);
    await again.close();
  });

  it("goes with the next forgetting, when the file could not be written anew", async () => {
    const { store, gone, traces } = await scene();
    const allowRewriting = await hinderRewriting();
    await expect(store.forget(gone.map(({ message }) => message.id))).rejects.toThrow();
    await allowRewriting();
    expect(await store.forget([])).toBe(0);
    expect(await tracesIn(place.folder, traces)).toEqual([]);
    await store.close();
  });
});

it("what has expired is in no file of the store any more, and the rest is", async () => {
  const { store, kept, traces, staying } = await scene();
  const rules = { recordsBefore: DAY + 1, segmentsBefore: END + 1, retired: new Set<string>() };
  expect(await store.expire(rules)).toEqual({ messages: 2, parts: 0, frames: 2 });
  expect(await tracesIn(place.folder, traces)).toEqual([]);
  expect(await tracesIn(place.folder, staying)).toEqual(staying);
  expect(await gather(store.messagesIn(["record"]))).toHaveLength(kept.length);
  await store.close();
});

it("deleting alone would leave the text: this is why the file is written anew", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const { store, traces } = await scene();
  await store.close();
  const instance = await DuckDBInstance.create(place.path);
  const connection = await instance.connect();
  await connection.run("UPDATE messages SET text = NULL, field_values = NULL, session = NULL WHERE day = $1", [DAY]);
  await connection.run("CHECKPOINT");
  await connection.run("VACUUM");
  connection.closeSync();
  instance.closeSync();
  expect((await tracesIn(place.folder, traces)).length).toBeGreaterThan(0);
});
