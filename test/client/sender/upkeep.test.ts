import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemRandom } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { listHistory } from "../../../client/history/list.ts";
import { historyPlacesOf } from "../../../client/history/setting.ts";
import { useSession } from "../../../client/installation/session.ts";
import { DAY, NOON, SenderScene, SILENT } from "./scene.ts";

async function aged(path: string, now: number, days: number): Promise<void> {
  const time = now / 1000 - days * 86_400;
  await utimes(path, time, time);
}

describe("a sender", () => {
  it("removes the session that is over, and no other", async () => {
    const scene = await SenderScene.withDue();
    useSession(scene.folder(), NOON - 8, systemRandom);
    await scene.run({ isCi: true, environment: { SOTTO_TELEMETRY: "on" } });
    expect(await readdir(scene.folder().path)).toContain("session.json");
    scene.later(3);
    await scene.run();
    expect(await readdir(scene.folder().path)).not.toContain("session.json");
  });

  it("removes installations of others in which nothing changed for ninety days", async () => {
    const scene = await SenderScene.withDue();
    const others = ["00000000000000aa", "00000000000000bb", "00000000000000cc"];
    for (const binding of others) {
      await mkdir(scene.path("installations", binding, "black"), { recursive: true });
      await writeFile(scene.path("installations", binding, "black", "definition.json"), "{}");
    }
    const ages: [string, number][] = [
      ["00000000000000aa", 91],
      ["00000000000000bb", 91],
      ["00000000000000cc", 89],
    ];
    for (const [binding, days] of ages) {
      const file = scene.path("installations", binding, "black", "definition.json");
      // In one, a file was changed later than its folders.
      await aged(file, scene.now, binding === "00000000000000bb" ? 3 : days);
      await aged(join(file, ".."), scene.now, days);
      await aged(join(file, "..", ".."), scene.now, days);
    }
    await writeFile(scene.path("installations", "note.txt"), "");
    await symlink(scene.home, scene.path("installations", "00000000000000dd"));
    await scene.run();
    expect((await readdir(scene.path("installations"))).toSorted()).toEqual(
      ["00000000000000bb", "00000000000000cc", "00000000000000dd", scene.world.binding, "note.txt"].toSorted(),
    );
  });

  it("leaves nothing in the spool of what was sent, and writes nothing anew that did not change", async () => {
    const scene = await SenderScene.withDue();
    await scene.run();
    expect(await readdir(scene.path("spool"))).toEqual([]);
    const inode = async () => (await stat(join(scene.folder().path, "state.json"))).ino;
    const before = await inode();
    scene.later(1440);
    await scene.run();
    expect(await inode()).toBe(before);
  });

  it("removes what programs left half written, once they are dead", async () => {
    const scene = await SenderScene.withDue();
    const left = join(scene.folder().path, ".session.json.new-1-2-3");
    const young = join(scene.folder().path, ".session.json.new-4-5-6");
    for (const path of [left, young]) await writeFile(path, "{");
    await aged(left, scene.now, 1);
    await aged(young, scene.now, 0);
    await scene.run();
    const names = await readdir(scene.folder().path);
    expect([names.includes(".session.json.new-1-2-3"), names.includes(".session.json.new-4-5-6")]).toEqual([
      false,
      true,
    ]);
  });

  it("removes a frame after fourteen days, and the history after ninety, and says so in between", async () => {
    const scene = await SenderScene.withDue();
    scene.answer = () => SILENT;
    await scene.run();
    const states = async () => {
      const { entries } = await listHistory(historyPlacesOf(scene.world.places) as never);
      return entries.map(({ day, state }) => [day, state]);
    };
    scene.later(14 * 1440);
    expect(await scene.run()).toMatchObject({ waiting: 0 });
    expect(await states()).toEqual([[DAY, "dropped"]]);
    for (const days of [25, 25, 26]) {
      scene.later(days * 1440);
      await scene.run();
    }
    expect(await states()).toEqual([[DAY, "dropped"]]);
    scene.later(1440);
    await scene.run();
    expect(await states()).toEqual([]);
    expect(JSON.parse(await readFile(scene.path("spool", "losses.json"), "utf8"))).toMatchObject({ expired: 1 });
  });
});
