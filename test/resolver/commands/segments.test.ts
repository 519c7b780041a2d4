import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { addSegment, emptyDataFolder, hourAgo, namesIn } from "./datafolder.ts";

const list = (...args: string[]) => run("sotto-resolver", ["segments", ...args]);

describe("sotto-resolver segments", () => {
  it("lists span, frames, size and state, as the server's delay and retention have it", async () => {
    const data = await emptyDataFolder();
    const expired = await addSegment(data, hourAgo(200));
    const published = await addSegment(data, hourAgo(5), "segments", 10);
    const held = await addSegment(data, hourAgo(3), "held");
    const waiting = await addSegment(data, hourAgo(0));
    const { code, stdout, stderr } = await list("--data", data, "--publish-after", "2h", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const row = (entry: typeof held, state: string) => {
      const { sha256: _, ...rest } = entry;
      return { ...rest, zone: "r.example.net", published: state === "published", state };
    };
    expect(JSON.parse(stdout)).toEqual({
      segments: [row(expired, "expired"), row(published, "published"), row(held, "held"), row(waiting, "waiting")],
    });
    expect((await list("--data", data, "--publish-after", "0s", "--json")).stdout).not.toContain("waiting");
  });

  it("is a table for people, with times in UTC and a line that sums up", async () => {
    const data = await emptyDataFolder();
    const span = hourAgo(5);
    const { id } = await addSegment(data, span, "segments", 10);
    const { stdout } = await list("--data", data);
    const time = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["id", "from (UTC)", "to (UTC)", "frames", "size", "state"],
      [id, time(span.start), time(span.end), "10", "1.3 kB", "published"],
      ["1 segment, 10 frames, 1.3 kB"],
      [""],
    ]);
    expect((await list("--data", await emptyDataFolder())).stdout).toMatch(/\n0 segments, 0 frames, 0 B\n$/);
  });

  it("names what cannot be a segment, lists the rest, changes nothing, and ends with 1", async () => {
    const data = await emptyDataFolder();
    const good = await addSegment(data, hourAgo(5));
    const cut = await addSegment(data, hourAgo(6));
    const cutPath = join(data, "segments", `${cut.id}.seg`);
    await writeFile(cutPath, (await readFile(cutPath)).subarray(0, 300));
    await writeFile(join(data, "held", "notes.seg"), "no segment at all");
    const before = await namesIn(data, "segments");
    const { code, stdout, stderr } = await list("--data", data, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).segments.map(({ id }: { id: string }) => id)).toEqual([good.id]);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringContaining(`damaged: ${cutPath}: `),
      expect.stringContaining("notes.seg: "),
      "sotto-resolver: 2 files cannot be read as a segment",
    ]);
    expect(await namesIn(data, "segments")).toEqual(before);
  });

  it("ends with 2 when it is used wrongly and with 1 when the folder is no data folder", async () => {
    const folder = await temporaryFolder();
    for (const args of [
      [],
      ["--data", folder, "--retention", "169h"],
      ["--data", folder, "--publish-after", "soon"],
      ["--data", folder, "more"],
    ]) {
      const { code, stdout } = await list(...args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
    }
    await rm(folder, { recursive: true });
    const { code, stderr } = await list("--data", folder);
    expect([code, stderr.trim().split("\n").length]).toEqual([1, 1]);
  });
});
