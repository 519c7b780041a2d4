import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAdministratorWord } from "../../../client/consent/administrator.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

// What each text says is in test/vectors/client/consent.json; here is what no text can be.
describe("the administrator's file", () => {
  it("says nothing where there is none, and is not made", async () => {
    const folder = await temporaryFolder();
    expect(readAdministratorWord(join(folder, "sotto", "policy.json"), "x")).toEqual({ type: "nothing" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says off, with the reason, where something else is in its place or it cannot be read", async () => {
    const folder = await temporaryFolder();
    const [directory, loop, large] = ["directory", "loop", "large"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(directory);
    await symlink("loop", loop);
    await writeFile(large, `{"version":1,"telemetry":"on"}${" ".repeat(70_000)}`);
    expect(readAdministratorWord(directory, "x")).toEqual({ type: "off", reason: "it is not a file" });
    expect(readAdministratorWord(loop, "x")).toEqual({ type: "off", reason: "it cannot be read (ELOOP)" });
    expect(readAdministratorWord(large, "x")).toEqual({ type: "off", reason: "it is larger than 65536 octets" });
  });

  it("names what it does not understand", async () => {
    const path = join(await temporaryFolder(), "policy.json");
    const reasonOf = async (text: string) => {
      await writeFile(path, text);
      const word = readAdministratorWord(path, "x");
      return word.type === "off" ? word.reason : word.type;
    };
    expect(await reasonOf('{"version":1,"telemtry":"off"}')).toBe('its member "telemtry" is not known');
    expect(await reasonOf('{"version":3}')).toBe("it is made for a newer sotto");
    expect(await reasonOf('{"version":1,"projects":{"y":1}}')).toBe('its word on y is neither "on" nor "off"');
    expect(await reasonOf('{"version":1,"telemetry":"off"}')).toBeUndefined();
  });
});
