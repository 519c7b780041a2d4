import { existsSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { sitBefore } from "./seat.ts";
import { TODAY, User, WEEKLY } from "./user.ts";

const NOTICE = "left-pad tells its developers how it is used, from the next run on.";

describe("the notice at a terminal", () => {
  it("is shown once, by a run that keeps and starts nothing; the next run reports", async () => {
    const user = await User.make({ consent: "notice" });
    const first = await sitBefore(user, user.argv(WEEKLY, "count=runs", "close", "print=Done."));
    expect(first.exitCode).toBe(0);
    expect(first.screen).toContain(NOTICE);
    expect(first.screen).toContain("  - The version of Python.\n");
    expect(first.screen).toContain("set LEFT_PAD_TELEMETRY=off\n");
    expect(first.screen.endsWith("\nDone.\n")).toBe(true);
    expect(user.decision()).toMatchObject({ projects: { "left-pad": { noticed: TODAY } } });
    expect(user.files()).toEqual([".config", ".config/sotto", ".config/sotto/consent.json"]);
    expect(user.processes()).toEqual([]);

    const second = await sitBefore(user, user.argv(WEEKLY, "count=runs", "close", "print=Done."));
    expect([second.exitCode, second.screen]).toEqual([0, "Done.\n"]);
    await vi.waitUntil(async () => (await user.find(/^spool\/left-pad\/[0-9a-f]{64}\.json$/)).length === 1, {
      timeout: 30_000,
    });
    expect(user.senders()).toHaveLength(1);
  });

  it("is needed: a run without a terminal neither shows it nor reports, and so does each one after it", async () => {
    const user = await User.make({ consent: "notice" });
    for (let run = 0; run < 2; run++) {
      expect(await user.run([WEEKLY, "close"])).toEqual({ code: 0, signal: null, printed: "" });
      expect(user.decision()).toBeNull();
      expect(existsSync(user.state.path)).toBe(false);
    }
  });
});
