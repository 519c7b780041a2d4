import { describe, expect, it } from "vitest";
import { placesOf } from "../../../client/state/paths.ts";

const on = (platform: string, environment: Record<string, string>, home: string | null) =>
  placesOf({ platform, environment, home });

describe("places on Linux and other systems with XDG rules", () => {
  const inHome = {
    state: { path: "/home/ada/.local/state/sotto", within: "/home/ada" },
    consent: { path: "/home/ada/.config/sotto/consent.json", within: "/home/ada" },
    administrator: "/etc/sotto/policy.json",
  };

  it.each(["linux", "freebsd", "android", "sunos"])("%s: in home", (platform) => {
    expect(on(platform, {}, "/home/ada")).toEqual(inHome);
    expect(on(platform, {}, "/home/ada/")).toEqual(inHome);
  });

  it("relative and empty values are as good as none (XDG Base Directory Specification)", () => {
    for (const value of ["", "state", "./state", "../state", "~/state"]) {
      expect(on("linux", { XDG_STATE_HOME: value, XDG_CONFIG_HOME: value }, "/home/ada")).toEqual(inHome);
    }
  });

  it("absolute values are taken; what is above them is never made", () => {
    const environment = { XDG_STATE_HOME: "/var/state/ada", XDG_CONFIG_HOME: "/home/ada/etc/x/" };
    expect(on("linux", environment, "/home/ada")).toEqual({
      ...inHome,
      state: { path: "/var/state/ada/sotto", within: "/var/state" },
      consent: { path: "/home/ada/etc/x/sotto/consent.json", within: "/home/ada" },
    });
    expect(on("linux", { XDG_STATE_HOME: "/home/adam/s" }, "/home/ada").state?.within).toBe("/home/adam");
  });

  it("without a usable home there is nowhere to keep anything, but for what variables name", () => {
    for (const home of [null, "", "home/ada"]) {
      expect(on("linux", {}, home)).toEqual({ ...inHome, state: null, consent: null });
      expect(on("linux", { XDG_STATE_HOME: "/s" }, home).state).toEqual({ path: "/s/sotto", within: "/" });
    }
  });

  it("a home that is the root", () => {
    expect(on("linux", {}, "/").state).toEqual({ path: "/.local/state/sotto", within: "/" });
  });
});

describe("places on macOS", () => {
  it("are in Application Support, whatever XDG variables say", () => {
    const folder = "/Users/ada/Library/Application Support/sotto";
    expect(on("darwin", { XDG_STATE_HOME: "/s", XDG_CONFIG_HOME: "/c" }, "/Users/ada")).toEqual({
      state: { path: folder, within: "/Users/ada" },
      consent: { path: `${folder}/consent.json`, within: "/Users/ada" },
      administrator: "/Library/Application Support/sotto/policy.json",
    });
    expect(on("darwin", {}, null)).toMatchObject({ state: null, consent: null });
  });
});

describe("places on Windows", () => {
  const inLocal = {
    state: { path: "C:\\Users\\Ada\\AppData\\Local\\sotto", within: "C:\\Users\\Ada" },
    consent: { path: "C:\\Users\\Ada\\AppData\\Local\\sotto\\consent.json", within: "C:\\Users\\Ada" },
    administrator: "C:\\ProgramData\\sotto\\policy.json",
  };

  it("are in %LOCALAPPDATA% and %ProgramData%", () => {
    const environment = { LOCALAPPDATA: "D:\\Local\\Ada", ProgramData: "D:\\All" };
    expect(on("win32", environment, "C:\\Users\\Ada")).toEqual({
      state: { path: "D:\\Local\\Ada\\sotto", within: "D:\\Local" },
      consent: { path: "D:\\Local\\Ada\\sotto\\consent.json", within: "D:\\Local" },
      administrator: "D:\\All\\sotto\\policy.json",
    });
    expect(on("win32", { LOCALAPPDATA: "\\\\server\\share\\local" }, null).state?.path).toBe(
      "\\\\server\\share\\local\\sotto",
    );
  });

  it("are where those point to by default, when they are missing or have no drive", () => {
    for (const value of [undefined, "", "Local", "\\Local", "C:Local"]) {
      const environment: Record<string, string> =
        value === undefined ? {} : { LOCALAPPDATA: value, ProgramData: value };
      expect(on("win32", environment, "C:\\Users\\Ada")).toEqual(inLocal);
    }
    expect(on("win32", {}, null)).toEqual({ ...inLocal, state: null, consent: null });
  });
});
