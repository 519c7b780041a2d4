import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "@sotto/decoder";
import { encodeName, FRAME_OCTETS } from "@sotto/wire";
import { describe, expect, it, vi } from "vitest";
import { Asker, addressIn } from "./asker.ts";
import { freePort, PATIENCE, run, startResolver, untilSealed } from "./command.ts";
import { seededFrame } from "./frames.ts";
import { temporaryFolder } from "./scene.ts";

const ZONE = "r.example.net";
const ACK = "198.18.0.7";
const today = () => Math.floor(Date.now() / 86_400_000);

/** A configuration of one zone on free ports. */
async function configuration(folder: string, changes: { server?: string; zone?: string } = {}) {
  const [port, http] = [await freePort(), await freePort()];
  const path = join(folder, "sotto.toml");
  const write = async (more: { server?: string; zone?: string }) => {
    const lines = [
      `listen = "127.0.0.1:${port}"\nhttp = "127.0.0.1:${http}"\ndata = "${join(folder, "data")}"\nrate-limit = false`,
      more.server ?? "",
      `[[zone]]\nname = "${ZONE}"\nack = "${ACK}"\nmin-batch = 1\npublish-after = "0s"`,
      more.zone ?? "",
    ];
    await writeFile(path, lines.join("\n"));
  };
  await write(changes);
  return { path, write, dns: { address: "127.0.0.1", port } };
}

describe("several workers", () => {
  it("answer on one port; when one is killed another takes its place, and nothing acknowledged is lost", async () => {
    const folder = await temporaryFolder();
    const { path, dns } = await configuration(folder, { server: "workers = 2", zone: 'bits = 0\nbucket = "2s"' });
    const serving = await startResolver(["--config", path]);
    const workers = () =>
      execFileSync("ps", ["-o", "pid=", "--ppid", String(serving.process.pid)], { encoding: "utf8" })
        .trim()
        .split(/\s+/)
        .map(Number);
    expect(workers()).toHaveLength(2);
    const acked: string[] = [];
    let running = true;
    let made = 0;
    const load = Array.from({ length: 12 }, async () => {
      while (running) {
        const asker = await Asker.open(dns);
        for (let asked = 0; running && asked < 50; asked++) {
          const frame = seededFrame(`worker ${made++}`, today(), 0);
          const answer = await asker.ask({ name: encodeName(frame, ZONE) }, 300);
          if (addressIn(answer) === ACK) acked.push(Buffer.from(frame).toString("hex"));
        }
        asker.close();
      }
    });
    const answered = async (count: number) => {
      const enough = acked.length + count;
      await vi.waitUntil(() => acked.length >= enough, PATIENCE);
    };
    await answered(100);
    const [victim = 0, survivor = 0] = workers();
    process.kill(victim, "SIGKILL");
    await vi.waitUntil(() => workers().filter((pid) => pid > 0 && pid !== victim).length === 2, PATIENCE);
    expect(workers()).toContain(survivor);
    await answered(100);
    running = false;
    await Promise.all(load);
    await untilSealed(join(folder, "data"));
    expect(await serving.stop("SIGTERM")).toBe(0);
    const logged = new Set<string>();
    for (const segment of await listSegments(join(folder, "data"), (name) => expect.fail(name))) {
      for await (const octets of segment.frames()) {
        for (let at = 0; at < octets.length; at += FRAME_OCTETS) {
          logged.add(Buffer.from(octets.subarray(at, at + FRAME_OCTETS)).toString("hex"));
        }
      }
    }
    expect(acked.filter((frame) => !logged.has(frame))).toEqual([]);
  });

  it("end with their server, however it ends", async () => {
    const { path } = await configuration(await temporaryFolder(), { server: "workers = 2" });
    const serving = await startResolver(["--config", path]);
    const pids = execFileSync("ps", ["-o", "pid=", "--ppid", String(serving.process.pid)], { encoding: "utf8" });
    await serving.stop("SIGKILL");
    const alive = () => pids.trim().split(/\s+/).map(Number).filter(isAlive);
    await vi.waitUntil(() => alive().length === 0, PATIENCE);
  });
});

describe("a signal that comes as soon as the ready line is out", () => {
  /** The server sends itself a signal within the call that writes the line: nothing can be faster. */
  const signalling = (signal: NodeJS.Signals) => `
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text, ...rest) => {
      const done = write(text, ...rest);
      if (String(text).startsWith("sotto-resolver ready:")) process.kill(process.pid, "${signal}");
      return done;
    };`;

  it.each(["SIGTERM", "SIGINT"] as const)("%s stops it in order", async (signal) => {
    const { path } = await configuration(await temporaryFolder());
    const serving = await startResolver(["--config", path], signalling(signal));
    expect(await serving.ended).toBe(0);
  });

  it("SIGHUP is obeyed", async () => {
    const { path } = await configuration(await temporaryFolder());
    const serving = await startResolver(["--config", path], signalling("SIGHUP"));
    await vi.waitUntil(() => serving.output().includes("configuration read again"), PATIENCE);
    expect(await serving.stop("SIGTERM")).toBe(0);
  });
});

describe("SIGHUP", () => {
  it("reads again what can change while serving, and names what needs a restart", async () => {
    const folder = await temporaryFolder();
    const { path, write, dns } = await configuration(folder, { zone: 'bits = 0\ntext = "Before."' });
    const serving = await startResolver(["--config", path]);
    const asker = await Asker.open(dns);
    const policy = async () => {
      const [record] = (await asker.ask({ name: `_policy.${ZONE}`, type: "TXT" }))?.answers ?? [];
      return String(record !== undefined && "data" in record ? record.data : "");
    };
    const easy = encodeName(seededFrame("easy", today(), 0), ZONE);
    expect(addressIn(await asker.ask({ name: easy }))).toBe(ACK);
    await write({ zone: 'bits = 12\ntext = "After."\nbucket = "2h"\nstop = ["old-project"]' });
    serving.process.kill("SIGHUP");
    await vi.waitUntil(async () => (await policy()).includes("bits=12"), PATIENCE);
    expect(await policy()).toContain("stop=");
    const another = encodeName(seededFrame("another", today(), 0), ZONE);
    expect(addressIn(await asker.ask({ name: another }))).toBeNull();
    await vi.waitUntil(() => serving.output().includes("needs a restart"), PATIENCE);
    expect(serving.output()).toContain("bucket");

    await writeFile(path, "listen = nonsense");
    serving.process.kill("SIGHUP");
    await vi.waitUntil(() => serving.output().includes("SOTTO_CONFIG_SYNTAX"), PATIENCE);
    expect(await policy()).toContain("bits=12");
    asker.close();
  });
});

describe("sotto-resolver check", () => {
  it("says what a configuration comes to, or everything that is wrong and where, with exit code 2", async () => {
    const folder = await temporaryFolder();
    const { path, write } = await configuration(folder);
    const good = await run("sotto-resolver", ["check", "--config", path]);
    expect([good.code, good.stderr]).toEqual([0, ""]);
    expect(good.stdout).toContain("in order");
    await write({ server: "worker = 2", zone: 'bits = 30\nnak = "198.18.0.300"' });
    const bad = await run("sotto-resolver", ["check", "--config", path]);
    expect(bad.code).toBe(2);
    for (const place of ["worker", "zone[0].bits", "zone[0].nak"]) expect(bad.stderr).toContain(`${path}: ${place}: `);
    expect((await run("sotto-resolver", ["check", "--config", join(folder, "none")])).code).toBe(2);
  });

  it("and serve tell what is missing when neither a file nor a flag gives it", async () => {
    const { code, stderr } = await run("sotto-resolver", ["serve", "--zone", ZONE]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/data folder/);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
