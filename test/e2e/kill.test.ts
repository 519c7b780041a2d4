import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listSegments } from "@sotto/decoder";
import { encodeName, FRAME_OCTETS } from "@sotto/wire";
import { describe, expect, it, vi } from "vitest";
import { Asker, addressIn } from "./asker.ts";
import { freePort, PATIENCE, startResolver, untilSealed } from "./command.ts";
import { seededFrame } from "./frames.ts";
import { temporaryFolder } from "./scene.ts";

const ROUNDS = 12;
const ASKERS = 16;
const ZONE = "r.example.net";
const BUCKET_SECONDS = 2;

describe("kill -9 (protocol.md section 4 rule 1: ack means durable)", () => {
  it(`of the server under load, ${ROUNDS} times, loses no acknowledged frame`, async () => {
    const data = join(await temporaryFolder(), "data");
    const acked: string[] = [];
    const today = Math.floor(Date.now() / 86_400_000);
    let made = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const [serving, port] = await start(data);
      // The kill comes at a moment of its own after the first answers, however long those take.
      const acknowledged = acked.length + ASKERS * (1 + Math.random() * 9);
      const load = Array.from({ length: ASKERS }, async () => {
        const asker = await Asker.open({ address: "127.0.0.1", port });
        while (serving.process.exitCode === null && serving.process.signalCode === null) {
          const frame = seededFrame(`kill ${made++}`, today, 0);
          const answer = await asker.ask({ name: encodeName(frame, ZONE) }, 200);
          if (addressIn(answer) === "198.18.0.7") acked.push(Buffer.from(frame).toString("hex"));
        }
        asker.close();
      });
      await vi.waitUntil(() => acked.length > acknowledged, { ...PATIENCE, interval: 5 });
      await sleep(Math.random() * 20);
      await serving.stop("SIGKILL");
      await Promise.all(load);
    }
    const [serving] = await start(data);
    await untilSealed(data);
    expect(await serving.stop("SIGTERM")).toBe(0);
    const logged = await framesOf(data);
    expect(acked.length).toBeGreaterThan(ROUNDS * ASKERS);
    expect(acked.filter((frame) => !logged.has(frame))).toEqual([]);
  });
});

async function start(data: string): Promise<[Awaited<ReturnType<typeof startResolver>>, number]> {
  const [port, http] = [await freePort(), await freePort()];
  const serving = await startResolver([
    ...["--zone", ZONE, "--listen", `127.0.0.1:${port}`, "--http", `127.0.0.1:${http}`, "--data", data],
    ...["--ack", "198.18.0.7", "--bits", "0", "--bucket", `${BUCKET_SECONDS}s`, "--min-batch", "1"],
  ]);
  return [serving, port];
}

async function framesOf(folder: string): Promise<Set<string>> {
  const frames = new Set<string>();
  const damaged = (name: string) => expect.fail(`damaged: ${name}`);
  for (const segment of await listSegments(folder, damaged)) {
    for await (const run of segment.frames()) {
      for (let at = 0; at < run.length; at += FRAME_OCTETS) {
        frames.add(Buffer.from(run.subarray(at, at + FRAME_OCTETS)).toString("hex"));
      }
    }
  }
  return frames;
}
