import fc from "fast-check";
import { expect } from "vitest";
import {
  FRAME_FATES,
  MESSAGE_STATES,
  type MessageState,
  type RecordStore,
  type StoredFrame,
  type StoredMessage,
} from "../../../decoder/store/contract.ts";
import type { StorePlace } from "./contract.ts";
import { MemoryStore } from "./memorystore.ts";
import { countsOf, emptyOf, frameOf, gather, idOf, partOf, recordOf, rejectedOf, segmentOf } from "./samples.ts";

/** Few of each, so that commands meet. */
const LABELS = ["f", "g", "h", "i"];
const DAYS: Readonly<Record<string, number>> = { f: 20_000, g: 20_001, h: 20_002, i: 20_000 };
const SEGMENTS = ["a", "b", "c"];
const KEYS = ["00000001", "00000002"];
const STORED_FATES = ["malformed", "unknown", "duplicate", "taken"] as const;

/** The two stores side by side: every command is done to both, and what it gives must be the same. */
interface Pair {
  expected: RecordStore;
  actual: RecordStore;
  reopen(): Promise<void>;
}

type Command = (pair: Pair) => Promise<void>;

const label = fc.constantFrom(...LABELS);
const segment = fc
  .constantFrom(...SEGMENTS)
  .map((name) => segmentOf(name, { start: (20_000 + SEGMENTS.indexOf(name)) * 86_400 }));

const message: fc.Arbitrary<StoredMessage> = fc
  .record({
    label,
    state: fc.constantFrom(...MESSAGE_STATES),
    key: fc.constantFrom(...KEYS),
    from: segment,
    values: fc.constantFrom("{}", '{"a":1}'),
    session: fc.constantFrom(null, "aaaaaaaa", "bbbbbbbb"),
    window: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ label, state, key, from, values, session, window }) => {
    const where = { key, day: DAYS[label] as number, segment: from.sha256 };
    if (state === "record") return recordOf(label, { ...where, values, session, window });
    return state === "rejected" ? rejectedOf(label, `because ${values}`, where) : emptyOf(label, state, where);
  });

const frame: fc.Arbitrary<StoredFrame> = fc
  .record({ label, fate: fc.constantFrom(...STORED_FATES), of: label })
  .map(({ label, fate, of }) => {
    return frameOf(label, { fate, day: DAYS[label] as number, message: fate === "taken" ? idOf(of) : null });
  });

const part = fc
  .record({ label, index: fc.integer({ min: 0, max: 2 }), octet: fc.integer({ min: 0, max: 255 }) })
  .map(({ label, index, octet }) => {
    return partOf(label, index, { day: DAYS[label] as number, chunk: new Uint8Array([octet, 0, 255]) });
  });

const batch = fc.record({
  frames: fc.uniqueArray(frame, { maxLength: 3, selector: ({ id }) => id }),
  messages: fc.uniqueArray(message, { maxLength: 3, selector: ({ id }) => id }),
  parts: fc.uniqueArray(part, { maxLength: 3, selector: ({ frame }) => frame }),
});

const weeks = fc.uniqueArray(
  fc.record({
    week: fc.constantFrom(null, 1, 2),
    counts: fc.constantFrom(...FRAME_FATES).chain((fate) => fc.nat(99).map((count) => countsOf({ [fate]: count }))),
  }),
  { maxLength: 3, selector: ({ week }) => week },
);

const everywhere = LABELS.map((name) => ({ day: DAYS[name] as number, id: idOf(name) }));

const scan: fc.Arbitrary<Command> = fc
  .record({
    segment,
    batches: fc.array(batch, { maxLength: 3 }),
    tried: fc.uniqueArray(fc.constantFrom(...KEYS)),
    weeks,
    end: fc.constantFrom("commit", "commit", "commit", "abandon", "reopen"),
  })
  .map(({ segment, batches, tried, weeks, end }) => async (pair) => {
    const [expected, actual] = [await pair.expected.scan(segment), await pair.actual.scan(segment)];
    expect(actual.pass).toBe(expected.pass);
    for (const batch of batches) {
      await expected.put(batch);
      await actual.put(batch);
      expect(sorted(await actual.knownFrames(everywhere))).toEqual(sorted(await expected.knownFrames(everywhere)));
      expect(sorted(await actual.messages(everywhere))).toEqual(sorted(await expected.messages(everywhere)));
      expect(await actual.parts(everywhere)).toEqual(await expected.parts(everywhere));
    }
    if (end === "reopen") return await pair.reopen();
    for (const one of [expected, actual]) await (end === "commit" ? one.commit(tried, weeks) : one.abandon());
  });

const replace: fc.Arbitrary<Command> = batch.map(({ messages }) => async ({ expected, actual }) => {
  await expected.replace(messages);
  await actual.replace(messages);
});

const forget: fc.Arbitrary<Command> = fc
  .array(label, { maxLength: 2 })
  .map((labels) => async ({ expected, actual }) => {
    const ids = labels.map(idOf);
    expect(await actual.forget(ids)).toBe(await expected.forget(ids));
  });

const expire: fc.Arbitrary<Command> = fc
  .record({
    recordsBefore: fc.constantFrom(null, 19_999, 20_000, 20_001, 20_002),
    segmentsBefore: fc.constantFrom(
      ...[20_000, 20_001, 20_003].flatMap((day) => [0, 3600, 3601].map((at) => day * 86_400 + at)),
    ),
    retired: fc.constantFrom(new Set<string>(), new Set(KEYS), new Set([KEYS[0] as string])),
  })
  .map((rules) => async ({ expected, actual }) => {
    expect(await actual.expire(rules)).toEqual(await expected.expire(rules));
  });

const reopen: fc.Arbitrary<Command> = fc.constant(async (pair) => await pair.reopen());

const command = fc.oneof({ weight: 6, arbitrary: scan }, replace, forget, expire, reopen);

/** All that a store tells. */
async function everything(store: RecordStore): Promise<unknown> {
  const query = { report: "weekly", from: 1, until: 3 };
  return {
    segments: await store.segments(),
    one: await store.segment(segmentOf("b").sha256),
    messages: await Promise.all(MESSAGE_STATES.map((state: MessageState) => gather(store.messagesIn([state])))),
    weekly: await gather(store.messagesIn(["record", "forgotten"], "weekly")),
    frames: sorted(await store.framesById(LABELS.map(idOf))),
    windows: await store.windows("weekly"),
    tally: await gather(store.tally(query)),
    sessions: [...(await store.sessions(query))],
    rejections: await store.rejections(),
    losses: await store.losses(),
  };
}

function sorted<T>(rows: ReadonlyMap<string, T>): [string, T][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Does random commands to a store and to the model, and compares all that they tell after each.
 *
 * @param make gives a place with an empty store.
 */
export async function compareWithModel(make: () => Promise<StorePlace>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 3, maxLength: 12 }), async (commands) => {
      const place = await make();
      let model = new MemoryStore();
      const pair: Pair = {
        expected: model,
        actual: await place.open(),
        reopen: async () => {
          await pair.actual.close();
          model = model.reopened();
          pair.expected = model;
          pair.actual = await place.open();
        },
      };
      try {
        for (const run of commands) {
          await run(pair);
          expect(await everything(pair.actual)).toEqual(await everything(pair.expected));
        }
      } finally {
        await pair.actual.close();
        await place.remove();
      }
    }),
    { numRuns },
  );
}
