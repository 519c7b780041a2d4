import { posix, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placesOf } from "../../../client/state/paths.ts";
import { usualPlaces } from "../../../client/usual/places.ts";
import { RUNS } from "../../wire/property.ts";

const folder = fc.constantFrom(
  "/home/ann",
  "/home/ann/",
  "/home/../srv//ann",
  "/",
  "ann",
  "",
  "C:\\Users\\ann",
  "\\ann",
);
const environments = fc.record(
  {
    HOME: folder,
    XDG_STATE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    LOCALAPPDATA: folder,
    ProgramData: folder,
    USERPROFILE: folder,
  },
  { requiredKeys: [] },
);

describe("the places of a usual run", () => {
  it.each(["linux", "darwin", "freebsd"])("are those of every other on %s, or none", (platform) => {
    fc.assert(
      fc.property(environments, (environment) => {
        const { state, consent, administrator } = placesOf({ platform, environment, home: environment.HOME ?? null });
        const found = placesOrNull(environment, platform);
        if (found === null) return;
        const paths = [found.state, found.consent, found.administrator].map((path) => posix.normalize(path));
        expect(paths).toEqual([state?.path, consent?.path, administrator]);
      }),
      RUNS,
    );
  });

  it("are those of every other on Windows, or none", () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const home = environment.USERPROFILE ?? null;
        const { state, consent, administrator } = placesOf({ platform: "win32", environment, home });
        const found = placesOrNull(environment, "win32");
        if (found === null) return;
        const paths = [found.state, found.consent, found.administrator].map((path) => win32.normalize(path));
        expect(paths).toEqual([state?.path, consent?.path, administrator].map((path) => win32.normalize(path ?? "")));
      }),
      RUNS,
    );
  });

  it("are found on machines as most are", () => {
    expect(placesOrNull({ HOME: "/home/ann" }, "linux")?.state).toBe("/home/ann/.local/state/sotto");
    expect(placesOrNull({ HOME: "/Users/ann" }, "darwin")).not.toBeNull();
    const USERPROFILE = "C:\\Users\\ann";
    const windows = { USERPROFILE, LOCALAPPDATA: `${USERPROFILE}\\AppData\\Local`, ProgramData: "C:\\ProgramData" };
    expect(placesOrNull(windows, "win32")).not.toBeNull();
  });
});

function placesOrNull(environment: Record<string, string | undefined>, platform: string) {
  try {
    return usualPlaces(environment, platform);
  } catch {
    return null;
  }
}
