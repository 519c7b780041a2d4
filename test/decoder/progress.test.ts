import { describe, expect, it } from "vitest";
import { formatTime, Progress } from "../../decoder/progress.ts";

/** A stream that keeps what is written, and a clock that is set by hand. */
function scene(isTTY: boolean) {
  const written: string[] = [];
  let now = 1000;
  const write = (text: string) => written.push(text) > 0;
  return {
    stream: { isTTY, write } as unknown as NodeJS.WriteStream,
    written,
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    screen: () => written.join("").split("\r\x1b[K").at(-1),
  };
}

describe("progress on a terminal", () => {
  it("is a bar with rate and time left, rewritten in place", () => {
    const { stream, now, pass, screen, written } = scene(true);
    const progress = new Progress(stream, 100_000, now);
    pass(1000);
    progress.add(20_000);
    expect(screen()).toBe("[=====                    ] 20 % of 100,000 frames, 20,000/s, 4 s left");
    pass(3000);
    progress.add(60_000);
    expect(screen()).toBe("[====================     ] 80 % of 100,000 frames, 20,000/s, 1 s left");
    expect(written.join("")).not.toContain("\n");
    progress.clear();
    expect(screen()).toBe("");
  });

  it("is not drawn more often than eyes can follow, but again after something else was printed", () => {
    const { stream, now, pass, written } = scene(true);
    const progress = new Progress(stream, 1000, now);
    for (let i = 0; i < 100; i++) {
      pass(1);
      progress.add(1);
    }
    expect(written).toHaveLength(1);
    progress.clear();
    progress.add(1);
    expect(written.at(-1)).toContain("10 % of 1,000 frames");
  });

  it("follows a change of the rate", () => {
    const { stream, now, pass, screen } = scene(true);
    const progress = new Progress(stream, 10_000_000, now);
    pass(1000);
    progress.add(1000);
    for (let second = 0; second < 60; second++) {
      pass(1000);
      progress.add(20_000);
    }
    expect(screen()).toMatch(/ (19,9\d\d|20,000)\/s, /);
  });
});

describe("progress elsewhere", () => {
  it("is a plain line every ten seconds, and nothing for what takes less", () => {
    const { stream, now, pass, written } = scene(false);
    const progress = new Progress(stream, 600_000, now);
    for (let second = 1; second <= 25; second++) {
      pass(1000);
      progress.add(10_000);
    }
    progress.clear();
    expect(written).toEqual([
      "sotto-decoder: 16 % of 600,000 frames, 10,000/s, 50 s left\n",
      "sotto-decoder: 33 % of 600,000 frames, 10,000/s, 40 s left\n",
    ]);
  });
});

it("time left is said in its two largest units", () => {
  expect([0.2, 59, 60, 61, 3599, 3600, 7260, 90_000].map(formatTime)).toEqual([
    ...["1 s", "59 s", "1 min 0 s", "1 min 1 s", "59 min 59 s", "1 h 0 min", "2 h 1 min", "25 h 0 min"],
  ]);
});
