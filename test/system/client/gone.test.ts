import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { Road } from "./road.ts";
import { GRANTED, UNTROUBLED, User, WEEKLY } from "./user.ts";

/** Where a sender is when its user's home, made by a test, is removed; and how it is brought and kept there. */
const MOMENTS: readonly [
  string,
  { env: Readonly<Record<string, string>>; reached: (user: User, road: Road) => Promise<unknown> },
][] = [
  [
    "it waits before it sends",
    {
      env: { SOTTO_TELEMETRY: "on" },
      reached: (user) =>
        vi.waitUntil(async () => (await user.find(/^spool\/left-pad\/./)).length > 0, { timeout: 30_000 }),
    },
  ],
  ["it asks a resolver that never answers", { env: GRANTED, reached: (_, road) => road.asked("TXT") }],
];

describe("a home that is removed while its sender runs", () => {
  it("is not made again, and the sender ends by itself: before it sends, and while no resolver ever answers", async () => {
    const scenes = MOMENTS.map(async ([moment, { env, reached }]) => {
      const road = await Road.toNowhere();
      const user = await User.make();
      expect(await user.run([WEEKLY, "count=runs", "close"], { env: { ...env, SOTTO_SERVER: road.address } })).toEqual(
        UNTROUBLED,
      );
      await reached(user, road);
      expect([moment, user.senders().length]).toEqual([moment, 1]);
      await rm(user.home, { recursive: true, maxRetries: 10 });
      await user.quiet();
      expect([moment, existsSync(user.home)]).toEqual([moment, false]);
      expect(readdirSync(dirname(user.home))).toEqual(["sotto.json"]);
      expect([moment, road.reports]).toEqual([moment, []]);
    });
    await Promise.all(scenes);
  });
});
