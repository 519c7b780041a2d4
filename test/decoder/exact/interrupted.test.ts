import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { binOf, run } from "../../e2e/command.ts";
import { Dice } from "../../e2e/dice.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { makeScene, type Scene, summaryOf } from "./scene.ts";

/** tweetnacl takes some 20 ms a frame with a key, so that there is time to stop a scan of few frames. */
const SLOW = ["--engine", "tweetnacl", "--threads", "2"];

function argumentsOf({ keyring, log, store, definition }: Scene): string[] {
  return ["scan", "--keyring", keyring, "--from", log, "--store", store, "--definition", definition];
}

/** Starts a scan, sends a signal when the time has come, and waits for its end. */
async function interrupt(scene: Scene, signal: NodeJS.Signals, time: () => Promise<unknown>) {
  const child = spawn(process.execPath, [binOf("sotto-decoder"), ...argumentsOf(scene), ...SLOW], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([closed, time()]);
  child.kill(signal);
  const [code, by] = await closed;
  return { code, by, stderr };
}

async function totalsOf({ store }: Scene): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await run("sotto-decoder", ["losses", "--store", store, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout).totals;
}

describe("a scan into a store", () => {
  it("that is killed again and again goes on each time, and comes to the same totals", async () => {
    const scene = await makeScene(await temporaryFolder(), { frames: 6000, segments: 84 });
    const { all } = scene.truth;
    const dice = new Dice("kill -9");
    let kills = 0;
    for (let attempt = 0; attempt < 5; attempt++) {
      const { by } = await interrupt(scene, "SIGKILL", () => sleep(dice.between(700, 3000)));
      if (by === "SIGKILL") kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const { code, stderr } = await run("sotto-decoder", argumentsOf(scene));
    expect(code).toBe(0);
    expect(summaryOf(stderr).get("records in the store")).toBe(String(all.record));
    const { frames: _frames, record, rejected, incomplete: _incomplete, void: _void, ...fates } = all;
    expect(await totalsOf(scene)).toMatchObject({ ...fates, messages: { record, rejected } });
  });

  it("that Ctrl-C ends says so, keeps what it has, and goes on the next time", async () => {
    const scene = await makeScene(await temporaryFolder(), { frames: 6000, segments: 84 });
    // From then on it listens: it makes the store after that.
    const begun = () => vi.waitUntil(() => existsSync(scene.store), { timeout: 60_000 });
    const { code, stderr } = await interrupt(scene, "SIGINT", begun);
    expect(stderr).toBe("sotto-decoder: stopped: what was scanned is kept; run it again to go on\n");
    expect(code).toBe(130);
    const rest = summaryOf((await run("sotto-decoder", argumentsOf(scene))).stderr);
    expect(Number(rest.get("segments scanned")) + Number(rest.get("segments without anything new"))).toBe(84);
    expect(rest.get("records in the store")).toBe(String(scene.truth.all.record));
  });
});
