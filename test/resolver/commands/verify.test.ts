import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { addSegment, emptyDataFolder, hourAgo, madeSegment } from "./datafolder.ts";

const verify = (...args: string[]) => run("sotto-resolver", ["verify", ...args]);

describe("sotto-resolver verify", () => {
  it("checks a data folder, files, and folders at any depth", async () => {
    const data = await emptyDataFolder();
    await addSegment(data, hourAgo(2), "segments", 5);
    await addSegment(data, hourAgo(1), "held", 2);
    const elsewhere = await temporaryFolder();
    await mkdir(join(elsewhere, "v1/segments"), { recursive: true });
    const { octets } = await madeSegment(hourAgo(9), 4);
    await writeFile(join(elsewhere, "v1/segments/any name.seg"), octets);
    await writeFile(join(elsewhere, "file"), octets);
    expect(await verify("--data", data)).toEqual({
      code: 0,
      stdout: "",
      stderr: "2 segments checked, 7 frames, all good\n",
    });
    const all = await verify("--data", data, elsewhere, join(elsewhere, "file"));
    expect([all.code, all.stderr]).toEqual([0, "4 segments checked, 15 frames, all good\n"]);
  });

  it("prints one line for every bad one, checks the rest, leaves all as it is, and ends with 1", async () => {
    const data = await emptyDataFolder();
    const pathOf = ({ id }: { id: string }) => join(data, "segments", `${id}.seg`);
    const good = await addSegment(data, hourAgo(2));
    const [flipped, cut, long, named] = [
      await addSegment(data, hourAgo(3)),
      await addSegment(data, hourAgo(4)),
      await addSegment(data, hourAgo(5)),
      await addSegment(data, hourAgo(6)),
    ];
    const octets = await readFile(pathOf(flipped));
    octets[300] = (octets[300] as number) ^ 1;
    await writeFile(pathOf(flipped), octets);
    await writeFile(pathOf(cut), (await readFile(pathOf(cut))).subarray(0, -1));
    await writeFile(pathOf(long), Buffer.concat([await readFile(pathOf(long)), Buffer.of(0)]));
    const renamed = pathOf({ id: named.id.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) });
    await rename(pathOf(named), renamed);
    const missing = join(data, "segments", "0-1-0000000000000000.seg");
    const { code, stdout, stderr } = await verify("--data", data, missing);
    expect(code).toBe(1);
    const lines = stdout.trim().split("\n").sort();
    const bad = [missing, renamed, pathOf(long), pathOf(cut), pathOf(flipped)];
    expect(lines).toEqual(bad.map((path) => expect.stringContaining(`bad: ${path}: `)));
    expect(stderr).toBe("sotto-resolver: 5 segments checked, 5 bad\n");
    expect(await readFile(pathOf(flipped))).toEqual(octets);
    expect((await verify(pathOf(good))).code).toBe(0);
  });

  it("ends with 2 when it is told nothing to verify, and with 1 when the place is not there", async () => {
    expect((await verify()).code).toBe(2);
    expect((await verify("--nonsense")).code).toBe(2);
    const { code, stdout } = await verify("--data", "/nonexistent");
    expect([code, stdout.trim().split("\n").length]).toEqual([1, 2]);
  });
});
