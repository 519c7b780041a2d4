import { cpSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  bindingOf,
  bindingsOf,
  installationPlace,
  projectsOf,
  systemBinding,
} from "../../../client/installation/folder.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

describe("a binding", () => {
  it.each([
    // By RFC 9923's definition in Python: h = (h ^ octet) * 0x100000001b3 mod 2^64, from 0xcbf29ce484222325.
    ["", "", "", "081e0e07b4d9f795"],
    ["", "0", "1", "0365314d4aa78ba2"],
    ["0123456789abcdef0123456789abcdef", "1000", "4711", "1af707c15a8a3e21"],
    ["m", "0", "31300", "006efc56789c7361"],
  ])("of machine %j, user %j and inode %j is %s", (machine, uid, inode, binding) => {
    expect(bindingOf({ machine, uid, inode })).toBe(binding);
  });

  it("is another one for a copy of the folder, and the same for one that was moved", async () => {
    const home = await temporaryFolder();
    const place = (name: string) => ({ path: join(home, name), within: home });
    mkdirSync(join(home, "state"));
    const binding = systemBinding(place("state"));
    expect(binding).toMatch(/^[0-9a-f]{16}$/);
    cpSync(join(home, "state"), join(home, "copy"), { recursive: true });
    expect(systemBinding(place("copy"))).not.toBe(binding);
    renameSync(join(home, "state"), join(home, "moved"));
    expect(systemBinding(place("moved"))).toBe(binding);
    expect(systemBinding(place("state"))).toBeNull();
  });
});

describe("the installations", () => {
  it("are those of this machine, and nothing that is not named as ours", async () => {
    const home = await temporaryFolder();
    const state = { path: join(home, "state"), within: home };
    for (const name of [
      "0123456789abcdef/left-pad",
      "0123456789abcdef/Left Pad",
      "fedcba9876543210/black",
      "x/left-pad",
    ]) {
      mkdirSync(join(state.path, "installations", name), { recursive: true });
    }
    expect(bindingsOf(state)).toEqual(["0123456789abcdef", "fedcba9876543210"]);
    expect(projectsOf(state, "0123456789abcdef")).toEqual(["left-pad"]);
    expect(projectsOf(state, "aaaaaaaaaaaaaaaa")).toEqual([]);
    expect(installationPlace(state, "0123456789abcdef", "left-pad").path).toBe(
      join(state.path, "installations/0123456789abcdef/left-pad"),
    );
  });
});
