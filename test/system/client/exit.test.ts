import { readFileSync, readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Road } from "./road.ts";
import { GRANTED, UNTROUBLED, User, WEEKLY } from "./user.ts";

/** Of a line of /proc/PID/stat, counted from behind the name: session and nice value (proc_pid_stat(5)). */
const SESSION = 3;
const NICE = 16;

describe("a program whose zone nobody answers for", () => {
  it.each([
    ["closes", [WEEKLY, "close"]],
    ["just ends", [WEEKLY, "count=runs"]],
  ])("and that %s is gone while its sender still waits, which shares nothing with it", async (_, acts) => {
    const road = await Road.toNowhere();
    const user = await User.make();
    const env = { ...GRANTED, SOTTO_SERVER: road.address, NODE_OPTIONS: "--no-deprecation" };
    // Ended, and its output closed: whoever read it through a pipe does not wait either.
    expect(await user.run(acts, { env })).toEqual(UNTROUBLED);
    await road.asked("TXT");
    const [sender = 0, ...others] = user.senders();
    expect(others).toEqual([]);
    const at = (name: string) => `/proc/${sender}/${name}`;
    expect(readlinkSync(at("cwd"))).toBe("/");
    expect([0, 1, 2].map((file) => readlinkSync(at(`fd/${file}`)))).toEqual(Array(3).fill("/dev/null"));
    expect(readFileSync(at("environ"), "utf8")).not.toContain("NODE_OPTIONS");
    const [, stat = ""] = readFileSync(at("stat"), "utf8").split(") ");
    const fields = stat.split(" ");
    expect([Number(fields[SESSION]), Number(fields[NICE])]).toEqual([sender, 19]);
    expect(user.senders()).toEqual([sender]);
  });
});
