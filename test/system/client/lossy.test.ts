import { describe, expect, it } from "vitest";
import { decoded } from "./decoded.ts";
import { type Fate, type Query, Road } from "./road.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";

const ACTS = [WEEKLY, "close"];

/** How a road loses what goes by while the sender makes its first attempt. */
const ROADS: readonly [string, (query: Query, index: number) => Fate, { attempts: number }][] = [
  ["every query for the name is lost", ({ type }) => (type === "A" ? "lost" : "answered"), { attempts: 1 }],
  [
    "the server has the name, and every answer is lost",
    ({ type }) => (type === "A" ? "answer-lost" : "answered"),
    { attempts: 1 },
  ],
  ["every third query is answered", (_, index) => (index % 3 === 2 ? "answered" : "lost"), { attempts: 0 }],
];

describe("a resolver that drops packets", () => {
  it("delays a report, and neither loses nor repeats it: each attempt has the identical name", async () => {
    const scenes = ROADS.map(async ([how, fate, { attempts }]) => {
      const road = await Road.toServer();
      road.fate = (query) => fate(query, road.queries.length - 1);
      const user = await User.make();
      const env = { ...GRANTED, SOTTO_SERVER: road.address };
      expect([how, await user.run(ACTS, { env })]).toEqual([how, UNTROUBLED]);
      await user.quiet();
      const waiting = await user.find(/^spool\/left-pad\/[0-9a-f]{64}\.json$/);
      expect([how, waiting.length]).toEqual([how, attempts]);
      if (attempts > 0) {
        expect(await user.read(/^spool\/left-pad\/[0-9a-f]{64}\.json$/)).toMatchObject({ attempts, refused: false });
        expect(await user.find(/\.state\.json$/)).toEqual([]);
        // A run before the wait is over tries nothing.
        const asked = road.queries.length;
        await user.run(ACTS, { env });
        await user.quiet();
        expect([how, road.queries.length]).toEqual([how, asked]);
        road.clear();
        await user.later(20);
        expect(await user.run(ACTS, { env })).toEqual(UNTROUBLED);
        await user.quiet();
        expect(await user.find(/^spool\/left-pad\/./)).toEqual([]);
      }
      // Asked for more than once, as far as anything was lost on the way, and never by another name.
      expect([how, road.texts(KEY)]).toEqual([how, [WEEKLY_TEXT]]);
      const times = road.queries.filter(({ type }) => type === "A").length;
      expect([how, times > attempts]).toEqual([how, true]);
      expect(await user.read(/\.state\.json$/)).toMatchObject({ frames: ["acknowledged"] });
      expect([how, await decoded(road, KEY)]).toEqual([how, [WEEKLY_TEXT]]);
    });
    await Promise.all(scenes);
  });
});
