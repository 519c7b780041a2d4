import { DAY_SECONDS } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { expireStore } from "../../../decoder/scanning/expire.ts";
import { MESSAGE_STATES, type StoredMessage } from "../../../decoder/store/contract.ts";
import { MemoryStore } from "../store/memorystore.ts";

/** The newest segment ends with this day. */
const LAST_DAY = 20_800;

async function storeOf(messages: readonly Partial<StoredMessage>[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [index, changes] of messages.entries()) {
    const day = changes.day ?? LAST_DAY;
    const [start, end] = [day * DAY_SECONDS, (day + 1) * DAY_SECONDS];
    const sha256 = index.toString(16).padStart(64, "0");
    const scan = await store.scan({ sha256, zone: "r.example.net", start, end, count: 1 });
    const id = (index + 1).toString(16).padStart(64, "0");
    const silent = { text: null, reason: null, report: null, window: null, values: null, session: null };
    const message = { id, day, key: "a1b2c3d4", state: "record", segment: sha256, ...silent, ...changes } as const;
    await scan.put({
      frames: [{ id, day, ephemeral: "00".repeat(32), fate: "taken", message: id }],
      messages: [message],
      parts: [],
    });
    await scan.commit([], []);
  }
  return store;
}

async function daysIn(store: MemoryStore): Promise<number[]> {
  const days: number[] = [];
  for await (const batch of store.messagesIn(MESSAGE_STATES)) days.push(...batch.map(({ day }) => day));
  return days;
}

const nobody = new Set<string>();

describe("what has had its time, by the log's clock", () => {
  it("is records of more than so many days, the newest segment's day among them", async () => {
    const store = await storeOf([399, 400, 401, 0].map((ago) => ({ day: LAST_DAY - ago })));
    expect(await expireStore(store, { keepDays: 400, retired: nobody })).toBe(2);
    expect(await daysIn(store)).toEqual([LAST_DAY - 399, LAST_DAY]);
  });

  it("is no record unless asked for", async () => {
    const store = await storeOf([{ day: LAST_DAY - 4000 }, { day: LAST_DAY }]);
    expect(await expireStore(store, { keepDays: null, retired: nobody })).toBe(0);
  });

  it("is an incomplete or void message whose segment ended more than 28 days before", async () => {
    const days = [27, 28, 29].map((ago) => ({ day: LAST_DAY - ago, state: "incomplete" as const }));
    const store = await storeOf([...days, { day: LAST_DAY - 40, state: "void" }, { day: LAST_DAY }]);
    expect(await expireStore(store, { keepDays: null, retired: nobody })).toBe(2);
    expect(await daysIn(store)).toEqual([LAST_DAY - 28, LAST_DAY - 27, LAST_DAY]);
  });

  it("is the memory of what was forgotten once its key is retired, and not before", async () => {
    const store = await storeOf([{ day: LAST_DAY - 4000, state: "forgotten" }, { day: LAST_DAY }]);
    expect(await expireStore(store, { keepDays: 400, retired: new Set(["ffffffff"]) })).toBe(0);
    expect(await expireStore(store, { keepDays: 400, retired: new Set(["a1b2c3d4"]) })).toBe(1);
  });

  it("is nothing in an empty store", async () => {
    expect(await expireStore(new MemoryStore(), { keepDays: 1, retired: nobody })).toBe(0);
  });
});
