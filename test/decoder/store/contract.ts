// Over 300 lines: one contract that every store of records passes.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RecordStore, StoredMessage } from "../../../decoder/store/contract.ts";
import {
  countsOf,
  DAY,
  dated,
  emptyOf,
  frameOf,
  gather,
  idOf,
  partOf,
  recordOf,
  rejectedOf,
  scanInto,
  segmentOf,
  WEEK,
} from "./samples.ts";

/** A place for one store, empty at first. */
export interface StorePlace {
  /** Opens it; again after it was closed. */
  open(): Promise<RecordStore>;
  remove(): Promise<void>;
}

const ALL = ["incomplete", "record", "rejected", "malformed", "void", "forgotten"] as const;
const EVERYTHING = { report: "weekly", from: -1, until: 1_000_000 };

/** What every store does; the contract of decoder/store/contract.ts, said as tests. */
export function describeStore(name: string, make: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: RecordStore;

    beforeEach(async () => {
      place = await make();
      store = await place.open();
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    async function reopen(): Promise<void> {
      await store.close();
      store = await place.open();
    }

    async function found(...messages: StoredMessage[]): Promise<(StoredMessage | undefined)[]> {
      const stored = await gather(store.messagesIn(ALL));
      return messages.map((message) => stored.find(({ id }) => id === message.id));
    }

    describe("when it is empty", () => {
      it("has an answer to everything", async () => {
        expect(await store.segment(idOf("x"))).toBeNull();
        expect(await store.segments()).toEqual([]);
        expect(await gather(store.messagesIn(ALL))).toEqual([]);
        expect(await gather(store.messagesIn([]))).toEqual([]);
        expect(await store.windows("weekly")).toBeNull();
        expect(await gather(store.tally(EVERYTHING))).toEqual([]);
        expect(await store.sessions(EVERYTHING)).toEqual(new Map());
        expect(await store.rejections()).toEqual([]);
        expect(await store.losses()).toEqual([]);
        expect(await store.framesById([idOf("x")])).toEqual(new Map());
        expect(await store.framesById([])).toEqual(new Map());
      });

      it("has nothing to change", async () => {
        expect(await store.forget([idOf("x")])).toBe(0);
        expect(await store.forget([])).toBe(0);
        const nothing = { messages: 0, parts: 0, frames: 0 };
        expect(await store.expire({ recordsBefore: DAY, segmentsBefore: 4e9, retired: new Set() })).toEqual(nothing);
        await store.replace([]);
        expect(await gather(store.messagesIn(ALL))).toEqual([]);
      });
    });

    describe("a scan", () => {
      it("is the first pass over a segment that was never scanned, and keeps what it is told", async () => {
        const segment = segmentOf("a", { zone: "r.example.org", count: 4_294 });
        const scan = await store.scan(segment);
        expect(scan.pass).toBe(1);
        await scan.commit(["ffff0000", "0000ffff", "ffff0000"], []);
        const scanned = { ...segment, tried: ["0000ffff", "ffff0000"], pass: 1 };
        expect(await store.segment(segment.sha256)).toEqual(scanned);
        await reopen();
        expect(await store.segments()).toEqual([scanned]);
      });

      it("keeps that no key was tried", async () => {
        await scanInto(store, segmentOf("a"), {}, { tried: [] });
        expect(await store.segment(segmentOf("a").sha256)).toMatchObject({ tried: [] });
      });

      it("finds its own frames, messages and parts, and nobody else does before it is committed", async () => {
        const scan = await store.scan(segmentOf("a"));
        await scan.put({ frames: [frameOf("f")], messages: [recordOf("f")], parts: [partOf("m", 0)] });
        const known = { ...frameOf("f"), segment: segmentOf("a").sha256, pass: 1 };
        expect(await scan.knownFrames([dated(frameOf("f"))])).toEqual(new Map([[idOf("f"), known]]));
        expect(await scan.messages([dated(recordOf("f"))])).toEqual(new Map([[idOf("f"), recordOf("f")]]));
        expect(await scan.parts([{ day: DAY, id: idOf("m") }])).toEqual([partOf("m", 0)]);
        expect(await gather(store.messagesIn(ALL))).toEqual([]);
        expect(await store.framesById([idOf("f")])).toEqual(new Map());
        expect(await store.segments()).toEqual([]);
        await scan.commit([], []);
        expect(await gather(store.messagesIn(ALL))).toEqual([recordOf("f")]);
        expect(await store.framesById([idOf("f")])).toEqual(new Map([[idOf("f"), known]]));
      });

      it("leaves nothing when it is abandoned, or never committed", async () => {
        await scanInto(store, segmentOf("a"), { frames: [frameOf("f")], messages: [recordOf("f")] });
        const before = recordOf("f");
        for (const end of ["abandon", "close"] as const) {
          const scan = await store.scan(segmentOf("b"));
          await scan.put({ frames: [frameOf("g")], messages: [emptyOf("f", "void")], parts: [partOf("m", 0)] });
          if (end === "abandon") await scan.abandon();
          else await reopen();
          expect(await gather(store.messagesIn(ALL))).toEqual([before]);
          expect(await store.framesById([idOf("g")])).toEqual(new Map());
          expect(await store.segments()).toHaveLength(1);
        }
      });

      it("is over after its end: more of it is refused, to abandon it does nothing", async () => {
        const scan = await store.scan(segmentOf("a"));
        await scan.put({ frames: [frameOf("f")], messages: [], parts: [] });
        await scan.commit([], []);
        await scan.abandon();
        const closed = { code: "SOTTO_STORE_CLOSED" };
        await expect(scan.put({ frames: [], messages: [], parts: [] })).rejects.toMatchObject(closed);
        await expect(scan.knownFrames([dated(frameOf("f"))])).rejects.toMatchObject(closed);
        await expect(scan.commit([], [])).rejects.toMatchObject(closed);
        expect([...(await store.framesById([idOf("f")])).keys()]).toEqual([idOf("f")]);
      });

      it("is the only one; what would come between waits for nobody", async () => {
        const scan = await store.scan(segmentOf("a"));
        const busy = { code: "SOTTO_STORE_BUSY" };
        await expect(store.scan(segmentOf("b"))).rejects.toMatchObject(busy);
        await expect(store.replace([recordOf("f")])).rejects.toMatchObject(busy);
        await expect(store.forget([idOf("f")])).rejects.toMatchObject(busy);
        const rules = { recordsBefore: null, segmentsBefore: 0, retired: new Set<string>() };
        await expect(store.expire(rules)).rejects.toMatchObject(busy);
        await scan.abandon();
        const next = await store.scan(segmentOf("b"));
        expect(next.pass).toBe(1);
        await next.commit([], []);
      });

      it("looks for a frame and a message on their day alone", async () => {
        const scan = await store.scan(segmentOf("a"));
        await scan.put({ frames: [frameOf("f")], messages: [recordOf("f")], parts: [partOf("f", 3)] });
        const elsewhere = [{ day: DAY + 1, id: idOf("f") }];
        expect(await scan.knownFrames(elsewhere)).toEqual(new Map());
        expect(await scan.messages(elsewhere)).toEqual(new Map());
        expect(await scan.parts(elsewhere)).toEqual([]);
        expect(await scan.knownFrames([])).toEqual(new Map());
        const days = [-4, 0, DAY, 2_932_896].map((day) => ({ day, id: idOf("f") }));
        expect((await scan.knownFrames(days)).size).toBe(1);
        await scan.abandon();
      });

      it("keeps every fate of a frame, and where it was found", async () => {
        const fates = ["malformed", "unknown", "duplicate"] as const;
        const frames = [frameOf("taken"), ...fates.map((fate) => frameOf(fate, { fate, message: null }))];
        await scanInto(store, segmentOf("a"), { frames });
        const known = await store.framesById(frames.map(({ id }) => id));
        for (const frame of frames) {
          expect(known.get(frame.id)).toEqual({ ...frame, segment: segmentOf("a").sha256, pass: 1 });
        }
      });

      it("puts frames, messages and parts in the place of those that it, or another scan, put before", async () => {
        await scanInto(store, segmentOf("a"), {
          frames: [frameOf("f", { fate: "unknown", message: null }), frameOf("stays")],
          messages: [recordOf("f"), recordOf("stays")],
          parts: [partOf("m", 0), partOf("m", 1)],
        });
        const scan = await store.scan(segmentOf("b"));
        for (const session of ["aaaaaaaa", "bbbbbbbb"]) {
          await scan.put({
            frames: [frameOf("f")],
            messages: [recordOf("f", { session })],
            parts: [partOf("m", 0, { chunk: new Uint8Array([7]) })],
          });
        }
        const parts = await scan.parts([{ day: DAY, id: idOf("m") }]);
        expect(parts).toEqual([partOf("m", 0, { chunk: new Uint8Array([7]) }), partOf("m", 1)]);
        await scan.commit([], []);
        expect(await found(recordOf("f"), recordOf("stays"))).toEqual([
          recordOf("f", { session: "bbbbbbbb" }),
          recordOf("stays"),
        ]);
        const known = await store.framesById([idOf("f"), idOf("stays")]);
        expect(known.get(idOf("f"))).toEqual({ ...frameOf("f"), segment: segmentOf("b").sha256, pass: 1 });
        expect(known.get(idOf("stays"))).toMatchObject({ segment: segmentOf("a").sha256 });
        expect(known.size).toBe(2);
      });

      it("takes reads and writes that do not wait for each other in the order in which they came", async () => {
        const scan = await store.scan(segmentOf("a"));
        const put = (label: string) => scan.put({ frames: [frameOf(label)], messages: [recordOf(label)], parts: [] });
        const [, one, , two] = await Promise.all([
          put("f"),
          scan.knownFrames([dated(frameOf("f")), dated(frameOf("g"))]),
          put("g"),
          scan.messages([dated(recordOf("f")), dated(recordOf("g"))]),
          scan.commit([], []),
        ]);
        expect(one?.size).toBe(1);
        expect(two?.size).toBe(2);
        expect(await gather(store.messagesIn(["record"]))).toHaveLength(2);
      });
    });

    describe("another pass over a segment", () => {
      const weeks = [
        { week: WEEK, counts: countsOf({ taken: 2, pending: 9 }) },
        { week: WEEK - 1, counts: countsOf({ foreign: 4 }) },
        { week: null, counts: countsOf({ foreign: 1 }) },
      ];

      it("has the next number, and its counts take the place of those of its weeks", async () => {
        await scanInto(store, segmentOf("a"), { frames: [frameOf("f")] }, { tried: ["a1b2c3d4"], weeks });
        await scanInto(store, segmentOf("b"), {}, { weeks: [{ week: WEEK, counts: countsOf({ late: 50 }) }] });
        const scan = await store.scan(segmentOf("a"));
        expect(scan.pass).toBe(2);
        expect((await scan.knownFrames([dated(frameOf("f"))])).get(idOf("f"))).toMatchObject({ pass: 1 });
        await scan.put({ frames: [frameOf("g")], messages: [], parts: [] });
        await scan.commit(
          ["00000001", "a1b2c3d4"],
          [
            { week: WEEK, counts: countsOf({ taken: 10, foreign: 1 }) },
            { week: null, counts: countsOf({ foreign: 3 }) },
          ],
        );
        const segment = await store.segment(segmentOf("a").sha256);
        expect(segment).toMatchObject({ pass: 2, tried: ["00000001", "a1b2c3d4"] });
        expect((await store.framesById([idOf("g")])).get(idOf("g"))).toMatchObject({ pass: 2 });
        const losses = await store.losses();
        expect(losses.find(({ sha256 }) => sha256 === segmentOf("a").sha256)?.frames).toEqual(
          countsOf({ taken: 10, foreign: 1 + 3 + 4 }),
        );
        expect(losses.find(({ sha256 }) => sha256 === segmentOf("b").sha256)?.frames).toEqual(countsOf({ late: 50 }));
      });

      it("leaves everything as it was when it is abandoned", async () => {
        await scanInto(store, segmentOf("a"), {}, { weeks });
        const before = { segments: await store.segments(), losses: await store.losses() };
        const scan = await store.scan(segmentOf("a"));
        await scan.put({ frames: [frameOf("f")], messages: [recordOf("f")], parts: [] });
        await scan.abandon();
        expect({ segments: await store.segments(), losses: await store.losses() }).toEqual(before);
      });
    });

    describe("order", () => {
      const segments = [
        segmentOf("a", { start: 7200 }),
        segmentOf("b", { start: 3600, end: 10_800 }),
        segmentOf("c", { start: 3600, end: 7200 }),
        segmentOf("d", { start: 3600, end: 7200 }),
      ];
      const messages = ["k", "l", "m", "n"].flatMap((label, at) => [
        recordOf(label, { day: DAY + (at % 2), values: `{"a":"${label}"}` }),
        rejectedOf(`${label} too`, at === 0 ? "rare" : "frequent", { day: DAY - at }),
      ]);

      it.each(["as it came", "backwards"])("is the same whatever that of scanning: %s", async (order) => {
        const turned = <T>(list: readonly T[]) => (order === "backwards" ? list.toReversed() : list);
        for (const [at, segment] of turned(segments.map((segment, at) => [at, segment] as const))) {
          await scanInto(store, segment, { messages: turned(messages.slice(at * 2, at * 2 + 2)) });
        }
        const byTime = ["c", "d"].sort((a, b) => (segmentOf(a).sha256 < segmentOf(b).sha256 ? -1 : 1));
        const inTime = [...byTime, "b", "a"].map((label) => segmentOf(label).sha256);
        expect((await store.segments()).map(({ sha256 }) => sha256)).toEqual(inTime);
        expect((await store.losses()).map(({ sha256 }) => sha256)).toEqual(inTime);
        const sorted = messages.toSorted((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1));
        expect(await gather(store.messagesIn(["record", "rejected"]))).toEqual(sorted);
        expect((await gather(store.tally(EVERYTHING))).map(({ values }) => values)).toEqual(
          ["k", "l", "m", "n"].map((label) => `{"a":"${label}"}`),
        );
        expect(await store.rejections()).toEqual([
          { reason: "frequent", count: 3 },
          { reason: "rare", count: 1 },
        ]);
      });

      it("of texts is that of their octets, whatever the language of the machine", async () => {
        const values = ["Z", "a", "z", "ä", "\u{10000}", "\uffee", "'\"\\", " "];
        await scanInto(store, segmentOf("a"), {
          messages: values.flatMap((value) => [
            recordOf(`record ${value}`, { values: value }),
            rejectedOf(`rejected ${value}`, value),
          ]),
        });
        const sorted = values.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect((await gather(store.tally(EVERYTHING))).map((row) => row.values)).toEqual(sorted);
        expect((await store.rejections()).map(({ reason }) => reason)).toEqual(sorted);
      });
    });

    describe("messages", () => {
      it("keep all that they hold, in every state", async () => {
        const messages = [
          recordOf("all", { session: "abcd2345", text: '{"u":"\\u0000 ä \u{1f600} \'\\"; DROP TABLE"}' }),
          recordOf("no definition", { report: null, window: null, values: null }),
          recordOf("before 1970", { day: -4, window: -1 }),
          rejectedOf("rejected", "weekly.version is not a version"),
          ...(["incomplete", "malformed", "void", "forgotten"] as const).map((state) => emptyOf(state, state)),
        ];
        await scanInto(store, segmentOf("a"), { messages });
        await reopen();
        expect(await found(...messages)).toEqual(messages);
        for (const { state } of messages) {
          const ofState = messages.filter((message) => message.state === state);
          expect(await gather(store.messagesIn([state]))).toHaveLength(ofState.length);
        }
      });

      it("are read of one report, when one is asked for", async () => {
        const messages = [recordOf("a"), recordOf("b", { report: "failures" }), rejectedOf("c", "no")];
        await scanInto(store, segmentOf("a"), { messages });
        expect(await gather(store.messagesIn(["record"], "failures"))).toEqual([messages[1]]);
        expect(await gather(store.messagesIn(["record", "rejected"], "none"))).toEqual([]);
        expect(await gather(store.messagesIn(["record", "rejected"]))).toHaveLength(3);
      });

      it("of 16 parts have these by index, however they came", async () => {
        const indexes = Array.from({ length: 16 }, (_, index) => (index * 7) % 16);
        await scanInto(store, segmentOf("a"), {
          parts: [...indexes.slice(0, 9).map((index) => partOf("m", index)), partOf("other", 0)],
        });
        const scan = await store.scan(segmentOf("b"));
        await scan.put({ frames: [], messages: [], parts: indexes.slice(9).map((index) => partOf("m", index)) });
        const parts = await scan.parts([{ day: DAY, id: idOf("m") }]);
        expect(parts).toEqual(Array.from({ length: 16 }, (_, index) => partOf("m", index)));
        expect(await scan.parts(["m", "other"].map((label) => ({ day: DAY, id: idOf(label) })))).toHaveLength(17);
        await scan.abandon();
      });

      it("are replaced all at once, and added where they were not", async () => {
        await scanInto(store, segmentOf("a"), { messages: [recordOf("f"), recordOf("g")] });
        await store.replace([rejectedOf("f", "no such field"), recordOf("new")]);
        expect(await found(recordOf("f"), recordOf("g"), recordOf("new"))).toEqual([
          rejectedOf("f", "no such field"),
          recordOf("g"),
          recordOf("new"),
        ]);
      });

      it("can be replaced while they are read, which goes on with what was there", async () => {
        const messages = ["f", "g", "h"].map((label, at) => recordOf(label, { day: DAY + at }));
        await scanInto(store, segmentOf("a"), { messages });
        const read: StoredMessage[] = [];
        for await (const batch of store.messagesIn(["record", "rejected"])) {
          read.push(...batch);
          await store.replace(messages.map((message) => ({ ...message, state: "rejected", reason: "all of them" })));
        }
        expect(read).toEqual(messages);
        expect(await store.rejections()).toEqual([{ reason: "all of them", count: 3 }]);
      });

      it("are not deleted while they are read, and are when the reader turned away", async () => {
        await scanInto(store, segmentOf("a"), { messages: [recordOf("f"), recordOf("g", { day: DAY + 1 })] });
        for (const label of ["f", "g"]) {
          for await (const _ of store.messagesIn(["record"])) {
            await expect(store.forget([idOf(label)])).rejects.toMatchObject({ code: "SOTTO_STORE_BUSY" });
            break;
          }
          expect(await store.forget([idOf(label)])).toBe(1);
        }
      });
    });

    describe("a tally", () => {
      const messages = [
        recordOf("1"),
        recordOf("2"),
        recordOf("3", { values: '{"version":"1.2.4"}' }),
        recordOf("4", { window: WEEK + 1, session: "aaaaaaaa" }),
        recordOf("5", { window: WEEK + 1, session: "aaaaaaaa", values: "{}" }),
        recordOf("6", { window: WEEK + 1, session: "bbbbbbbb" }),
        recordOf("7", { window: WEEK + 2, session: "cccccccc" }),
        recordOf("8", { report: "failures", window: DAY, session: "dddddddd" }),
        recordOf("9", { report: null, window: null, values: null }),
        rejectedOf("10", "no"),
      ];

      it("counts records that say the same in the same window, from the first until the last", async () => {
        await scanInto(store, segmentOf("a"), { messages });
        const version = '{"version":"1.2.3"}';
        expect(await gather(store.tally({ report: "weekly", from: WEEK, until: WEEK + 2 }))).toEqual([
          { window: WEEK, values: version, count: 2 },
          { window: WEEK, values: '{"version":"1.2.4"}', count: 1 },
          { window: WEEK + 1, values: version, count: 2 },
          { window: WEEK + 1, values: "{}", count: 1 },
        ]);
        expect(await gather(store.tally({ report: "weekly", from: WEEK + 2, until: WEEK + 3 }))).toHaveLength(1);
        expect(await gather(store.tally({ report: "none", from: 0, until: 1e6 }))).toEqual([]);
      });

      it("comes with the windows that there are, and the different sessions in each", async () => {
        await scanInto(store, segmentOf("a"), { messages });
        expect(await store.windows("weekly")).toEqual({ first: WEEK, last: WEEK + 2 });
        expect(await store.windows("failures")).toEqual({ first: DAY, last: DAY });
        expect([...(await store.sessions(EVERYTHING))]).toEqual([
          [WEEK + 1, 2],
          [WEEK + 2, 1],
        ]);
        expect(await store.sessions({ report: "weekly", from: WEEK + 2, until: WEEK + 2 })).toEqual(new Map());
      });
    });

    describe("losses", () => {
      it("are the frames by fate and the messages by state, of every segment", async () => {
        const [a, b] = [segmentOf("a"), segmentOf("b", { start: DAY * 86_400 + 3600 })];
        const states = ALL.map((state) => emptyOf(state, state, { segment: a.sha256 }));
        const all = {
          foreign: 1,
          pending: 2,
          "no-key": 3,
          malformed: 4,
          late: 5,
          future: 6,
          unknown: 7,
          duplicate: 8,
          taken: 9,
        };
        await scanInto(store, a, { messages: states }, { weeks: [{ week: WEEK, counts: all }] });
        await scanInto(store, b, { messages: [recordOf("r", { segment: b.sha256 })] });
        const none = { incomplete: 0, record: 0, rejected: 0, malformed: 0, void: 0, forgotten: 0 };
        expect(await store.losses()).toEqual([
          {
            ...a,
            frames: all,
            messages: { incomplete: 1, record: 1, rejected: 1, malformed: 1, void: 1, forgotten: 1 },
          },
          { ...b, frames: countsOf({}), messages: { ...none, record: 1 } },
        ]);
      });
    });

    describe("forgetting", () => {
      const parts = [partOf("m", 0), partOf("m", 1)];
      const frames = [frameOf("f"), ...parts.map((part) => frameOf("", { id: part.frame, message: idOf("m") }))];

      it("takes all that a message says, and remembers it", async () => {
        const messages = [
          recordOf("f", { session: "abcd2345" }),
          rejectedOf("m", "why"),
          recordOf("stays", { session: "stays234" }),
        ];
        await scanInto(store, segmentOf("a"), { frames, messages, parts: [...parts, partOf("stays", 0)] });
        expect(await store.forget([idOf("f"), idOf("m"), idOf("unheard of")])).toBe(2);
        await reopen();
        expect(await found(...messages)).toEqual([emptyOf("f", "forgotten"), emptyOf("m", "forgotten"), messages[2]]);
        expect(await gather(store.tally(EVERYTHING))).toMatchObject([{ count: 1 }]);
        expect(await store.sessions(EVERYTHING)).toEqual(new Map([[WEEK, 1]]));
        expect(await store.rejections()).toEqual([]);
        const scan = await store.scan(segmentOf("b"));
        expect(await scan.parts(["m", "stays"].map((label) => ({ day: DAY, id: idOf(label) })))).toEqual([
          partOf("stays", 0),
        ]);
        const known = await scan.knownFrames(frames.map(dated));
        expect([...known.values()].map(({ message }) => message).toSorted()).toEqual(
          [idOf("f"), idOf("m"), idOf("m")].toSorted(),
        );
        expect((await scan.messages([dated(recordOf("f"))])).get(idOf("f"))).toMatchObject({ state: "forgotten" });
        await scan.abandon();
      });

      it("counts a message once", async () => {
        await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
        expect(await store.forget([idOf("f"), idOf("f")])).toBe(1);
        expect(await store.forget([idOf("f")])).toBe(0);
      });
    });

    describe("expiry", () => {
      const END = DAY * 86_400 + 3600;
      const KEEP = { recordsBefore: null, segmentsBefore: 0, retired: new Set<string>() };

      it("takes what says something by its day: those before, and not that one", async () => {
        const labels = [DAY - 1, DAY].flatMap((day) =>
          (["record", "rejected", "malformed"] as const).map((state) => ({ day, state })),
        );
        const messages = labels.map(({ day, state }) => recordOf(`${state} ${day}`, { day, state }));
        await scanInto(store, segmentOf("a"), { messages });
        expect(await store.expire({ ...KEEP, recordsBefore: DAY - 1 })).toMatchObject({ messages: 0 });
        expect(await store.expire({ ...KEEP, recordsBefore: DAY })).toEqual({ messages: 3, parts: 0, frames: 0 });
        expect((await gather(store.messagesIn(ALL))).map(({ day }) => day)).toEqual([DAY, DAY, DAY]);
      });

      it("takes what is incomplete or void, with its parts and frames, when its segment had ended before", async () => {
        const parts = [partOf("incomplete", 0), partOf("void", 0), partOf("void", 1), partOf("record", 0)];
        await scanInto(store, segmentOf("a"), {
          frames: parts.map((part) => frameOf("", { id: part.frame, message: part.message })),
          messages: [emptyOf("incomplete", "incomplete"), emptyOf("void", "void"), recordOf("record", { day: 0 })],
          parts,
        });
        const nothing = { messages: 0, parts: 0, frames: 0 };
        expect(await store.expire({ ...KEEP, segmentsBefore: END })).toEqual(nothing);
        expect(await store.expire({ ...KEEP, segmentsBefore: END + 1 })).toEqual({ messages: 2, parts: 3, frames: 3 });
        expect(await gather(store.messagesIn(ALL))).toEqual([recordOf("record", { day: 0 })]);
        expect([...(await store.framesById(parts.map(({ frame }) => frame))).keys()]).toEqual([
          partOf("record", 0).frame,
        ]);
        expect(await store.expire({ ...KEEP, segmentsBefore: END + 1 })).toEqual(nothing);
      });

      it("keeps the frames of what went until their segment has ended before, so that copies are known", async () => {
        const later = segmentOf("b", { start: END });
        await scanInto(store, segmentOf("a"), {
          frames: [frameOf("f"), frameOf("u", { fate: "unknown", message: null })],
        });
        await scanInto(store, later, { frames: [frameOf("g")], messages: [recordOf("f"), recordOf("g")] });
        expect(await store.expire({ ...KEEP, recordsBefore: DAY + 1 })).toEqual({ messages: 2, parts: 0, frames: 0 });
        expect((await store.framesById([idOf("f"), idOf("g")])).size).toBe(2);
        expect(await store.expire({ ...KEEP, segmentsBefore: END + 1 })).toEqual({ messages: 0, parts: 0, frames: 2 });
        expect([...(await store.framesById([idOf("f"), idOf("g"), idOf("u")])).keys()]).toEqual([idOf("g")]);
      });

      it("remembers what was forgotten until its key is destroyed", async () => {
        await scanInto(store, segmentOf("a"), {
          frames: [frameOf("f"), frameOf("g")],
          messages: [recordOf("f", { key: "00000001" }), recordOf("g", { key: "00000002" })],
        });
        await store.forget([idOf("f"), idOf("g")]);
        const late = { recordsBefore: DAY + 9, segmentsBefore: END + 1 };
        expect(await store.expire({ ...late, retired: new Set<string>() })).toEqual({
          messages: 0,
          parts: 0,
          frames: 0,
        });
        const retired = new Set(["00000001", "00000003"]);
        expect(await store.expire({ ...late, retired })).toEqual({ messages: 1, parts: 0, frames: 1 });
        expect((await gather(store.messagesIn(ALL))).map(({ id }) => id)).toEqual([idOf("g")]);
        expect(await store.expire({ ...late, retired: new Set(["00000002"]) })).toEqual({
          messages: 1,
          parts: 0,
          frames: 1,
        });
      });

      it("leaves the segments and what was counted in them", async () => {
        const weeks = [{ week: WEEK, counts: countsOf({ taken: 1 }) }];
        await scanInto(store, segmentOf("a"), { frames: [frameOf("f")], messages: [recordOf("f")] }, { weeks });
        await store.expire({ recordsBefore: DAY + 1, segmentsBefore: END + 1, retired: new Set() });
        expect(await store.losses()).toMatchObject([{ frames: countsOf({ taken: 1 }), messages: { record: 0 } }]);
        expect(await store.segment(segmentOf("a").sha256)).toMatchObject({ pass: 1 });
      });
    });

    it("holds ten thousand frames in a batch", async () => {
      const labels = Array.from({ length: 10_000 }, (_, at) => `frame ${at}`);
      // Nearly all of one day, as on the first day of a popular program.
      const days = (at: number) => ({ day: DAY + (at % 50 === 0 ? 1 : 0) });
      const frames = labels.map((label, at) => frameOf(label, days(at)));
      const messages = labels.map((label, at) => recordOf(label, { ...days(at), values: `{"n":${at % 10}}` }));
      const scan = await store.scan(segmentOf("a"));
      expect((await scan.knownFrames(frames.map(dated))).size).toBe(0);
      await scan.put({ frames, messages, parts: [] });
      await scan.commit([], []);
      const again = await store.scan(segmentOf("b"));
      const known = await again.knownFrames([...frames.map(dated), dated(frameOf("new"))]);
      expect(known.size).toBe(10_000);
      expect(known.get(idOf("frame 4711"))).toMatchObject(frameOf("frame 4711", days(4711)));
      await again.abandon();
      expect((await gather(store.tally(EVERYTHING))).map(({ count }) => count)).toEqual(new Array(10).fill(1000));
      const read = await gather(store.messagesIn(["record"]));
      expect(read).toEqual(messages.toSorted((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1)));
    });

    it("can be closed while it is scanned and read", async () => {
      await scanInto(store, segmentOf("a"), { messages: [recordOf("f"), recordOf("g", { day: DAY + 1 })] });
      const reading = store.messagesIn(["record"])[Symbol.asyncIterator]();
      await reading.next();
      const scan = await store.scan(segmentOf("b"));
      await reopen();
      await expect(reading.next()).rejects.toMatchObject({ code: "SOTTO_STORE_CLOSED" });
      await expect(scan.commit([], [])).rejects.toMatchObject({ code: "SOTTO_STORE_CLOSED" });
      expect(await store.forget([idOf("f")])).toBe(1);
    });

    it("says that it is closed", async () => {
      const reading = store.messagesIn(["record"]);
      await store.close();
      await store.close();
      const closed = { code: "SOTTO_STORE_CLOSED" };
      await expect(store.segments()).rejects.toMatchObject(closed);
      await expect(store.scan(segmentOf("a"))).rejects.toMatchObject(closed);
      await expect(gather(reading)).rejects.toMatchObject(closed);
      store = await place.open();
    });
  });
}
