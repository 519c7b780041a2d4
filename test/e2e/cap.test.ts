import { encodeName, FRAME_OCTETS } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { Asker, addressIn } from "./asker.ts";
import { startCollector } from "./collector.ts";
import { seededFrame } from "./frames.ts";
import { NOON, NOON_DAY, TestClock, temporaryFolder } from "./scene.ts";

const CAP = 50;
const BUCKET = 3600;
const RETENTION = 168 * 3600;

/** Rule 8's formula turned round: the budget under which a bucket holds so many frames. */
const BUDGET = Math.ceil((CAP * FRAME_OCTETS * RETENTION) / (4 * BUCKET));

describe("a flood of reports whose puzzle is solved (protocol.md section 4 rule 8)", () => {
  it("fills its bucket to the cap; then the answer is nak, and the next bucket serves again", async () => {
    const clock = new TestClock();
    const { dns, counters } = await startCollector(
      await temporaryFolder(),
      { diskBudget: BUDGET, bucket: BUCKET, retention: RETENTION },
      { clock: clock.read },
    );
    const asker = await Asker.open(dns);
    const ask = async (seed: string) =>
      addressIn(await asker.ask({ name: encodeName(seededFrame(seed, NOON_DAY, 4), "r.example.net") }));
    const flood: (string | null)[] = [];
    for (let index = 0; index < 2 * CAP; index++) flood.push(await ask(`flood ${index}`));
    const acks = flood.filter((address) => address === "198.18.0.7").length;
    expect(acks).toBe(CAP);
    expect(flood.slice(0, CAP)).toEqual(new Array(CAP).fill("198.18.0.7"));
    expect(flood.slice(CAP)).toEqual(new Array(CAP).fill("198.18.0.8"));
    expect(await counters()).toMatchObject({ stored: CAP, dropped: CAP });

    clock.now = NOON + BUCKET;
    expect(await ask("the next hour")).toBe("198.18.0.7");
    asker.close();
  });
});
