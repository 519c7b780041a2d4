import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { PostgresStore } from "../../../decoder/postgres/postgresstore.ts";
import { FaultyWay } from "../../resolver/postgres/faultyway.ts";
import { TestServer } from "../../resolver/postgres/server.ts";
import { frameOf, gather, idOf, recordOf, scanInto, segmentOf } from "../store/samples.ts";
import { type PostgresPlace, postgresPlace } from "./place.ts";

const DATABASE = "postgres";
const LOST = {
  code: "SOTTO_STORE_UNREACHABLE",
  message: expect.stringMatching(/^the store's database can(not be reached|not serve): [^\n]+$/),
};

let server: TestServer;
let place: PostgresPlace;

beforeAll(async () => {
  // What is committed is to be there after a kill.
  server = await TestServer.start(["fsync=on", "full_page_writes=on"]);
}, 60_000);
afterAll(() => server.stop());

beforeEach(() => {
  place = postgresPlace(server, DATABASE);
  return () => place.remove();
});

async function open(store = place.store): Promise<PostgresStore> {
  const opened = await PostgresStore.open(store);
  onTestFinished(() => opened.close());
  return opened;
}

function batchOf(label: string) {
  return { frames: [frameOf(label)], messages: [recordOf(label)], parts: [] };
}

describe("a connection that breaks", () => {
  it("in the middle of a scan leaves nothing of it, and the same store takes it up again", async () => {
    const way = await FaultyWay.open(server.port);
    onTestFinished(() => way.close());
    const store = await open(way.through(place.store));
    await scanInto(store, segmentOf("a"), batchOf("f"));
    for (const label of ["put", "commit"]) {
      const scan = await store.scan(segmentOf("b"));
      await scan.put(batchOf("g"));
      way.cut();
      await expect(label === "put" ? scan.put(batchOf("h")) : scan.commit([], [])).rejects.toMatchObject(LOST);
      await expect(scan.commit([], [])).rejects.toMatchObject({ code: "SOTTO_STORE_CLOSED" });
      await scan.abandon();
      expect((await store.segments()).map(({ sha256 }) => sha256)).toEqual([segmentOf("a").sha256]);
      expect(await gather(store.messagesIn(["record"]))).toEqual([recordOf("f")]);
    }
    await scanInto(store, segmentOf("b"), batchOf("g"));
    expect(await gather(store.messagesIn(["record"]))).toHaveLength(2);
  });

  it("in the middle of a reading ends it, and is no end of the store", async () => {
    const way = await FaultyWay.open(server.port);
    onTestFinished(() => way.close());
    const store = await open(way.through(place.store));
    const messages = Array.from({ length: 2500 }, (_, at) => recordOf(`message ${at}`));
    await scanInto(store, segmentOf("a"), { messages });
    const reading = store.messagesIn(["record"])[Symbol.asyncIterator]();
    await reading.next();
    way.cut();
    await expect(reading.next()).rejects.toMatchObject(LOST);
    expect(await gather(store.messagesIn(["record"]))).toHaveLength(messages.length);
    expect(await store.forget([idOf("message 0")])).toBe(1);
  });
});

describe("a server that ends and comes back", () => {
  it.each(["SIGKILL", "SIGINT"] as const)(
    "by %s has what was committed, nothing of a scan under way, and serves the same store again",
    async (how) => {
      const store = await open();
      await scanInto(store, segmentOf("a"), batchOf("f"));
      const scan = await store.scan(segmentOf("b"));
      await scan.put(batchOf("g"));
      await server.restart(how);
      await expect(scan.put(batchOf("h"))).rejects.toMatchObject(LOST);
      expect(await gather(store.messagesIn(["record"]))).toEqual([recordOf("f")]);
      await scanInto(store, segmentOf("b"), batchOf("g"));
      await server.restart(how);
      expect(await store.segments()).toHaveLength(2);
    },
  );
});
