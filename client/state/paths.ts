import { posix, sep, win32 } from "node:path";

/** Everything of ours, wherever it is, is in a folder of this name. */
const FOLDER = "sotto";

/** What the operating system says of a user. */
export interface UserSurroundings {
  /** As `process.platform` names it. What is neither `darwin` nor `win32` follows the XDG rules. */
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home; null when the system does not tell. */
  readonly home: string | null;
}

/** A file or folder that we may have to make. */
export interface Place {
  readonly path: string;
  /** A folder above it that is never made: a home that is gone (a test's, a removed user's) must not come back. */
  readonly within: string;
}

/** Where things are, for one user on one host. */
export interface Places {
  /** The folder of windows, spool and history; null when there is nowhere to keep anything. */
  readonly state: Place | null;
  /** The file of the user's decisions; null as above. */
  readonly consent: Place | null;
  /** The file of the administrator or distribution. Only read. */
  readonly administrator: string;
}

/**
 * Finds the places (docs/client-state.md, "Where things are"). Pure: looks at no disk.
 *
 * A relative value of a variable is as good as none, as the XDG Base Directory Specification demands: it would mean
 * another folder in each working folder.
 */
export function placesOf(user: UserSurroundings): Places {
  switch (user.platform) {
    case "win32":
      return windowsPlaces(user);
    case "darwin":
      return macPlaces(user);
    default:
      return xdgPlaces(user);
  }
}

/**
 * The path of something in a folder of a path that is normal. `join` looks at each of its characters, and a run asks thirty
 * times.
 */
export function pathIn(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

function xdgPlaces({ environment, home }: UserSurroundings): Places {
  const root = isUsable(home, posix.isAbsolute) ? posix.resolve(home) : null;
  const folder = (variable: string, ...otherwise: string[]): Place | null => {
    const given = environment[variable] ?? null;
    if (!isUsable(given, posix.isAbsolute)) {
      return root === null ? null : { path: posix.join(root, ...otherwise, FOLDER), within: root };
    }
    const base = posix.resolve(given);
    const isInHome = root !== null && !posix.relative(root, base).startsWith("..");
    return { path: posix.join(base, FOLDER), within: isInHome ? root : posix.dirname(base) };
  };
  return {
    state: folder("XDG_STATE_HOME", ".local", "state"),
    consent: consentIn(folder("XDG_CONFIG_HOME", ".config"), posix.join),
    administrator: `/etc/${FOLDER}/policy.json`,
  };
}

function macPlaces({ home }: UserSurroundings): Places {
  const root = isUsable(home, posix.isAbsolute) ? posix.resolve(home) : null;
  const folder =
    root === null ? null : { path: posix.join(root, "Library", "Application Support", FOLDER), within: root };
  return {
    state: folder,
    consent: consentIn(folder, posix.join),
    administrator: `/Library/Application Support/${FOLDER}/policy.json`,
  };
}

/** The decision does not roam to other machines (no %APPDATA%): the question says "on this machine". */
function windowsPlaces({ environment, home }: UserSurroundings): Places {
  const folder = windowsFolder(environment.LOCALAPPDATA ?? null, home);
  const programData = environment.ProgramData ?? null;
  return {
    state: folder,
    consent: consentIn(folder, win32.join),
    administrator: win32.join(isUsable(programData, hasDrive) ? programData : "C:\\ProgramData", FOLDER, "policy.json"),
  };
}

function windowsFolder(localData: string | null, home: string | null): Place | null {
  if (isUsable(localData, hasDrive)) {
    const base = win32.resolve(localData);
    return { path: win32.join(base, FOLDER), within: win32.dirname(base) };
  }
  if (!isUsable(home, hasDrive)) return null;
  const root = win32.resolve(home);
  return { path: win32.join(root, "AppData", "Local", FOLDER), within: root };
}

function consentIn(folder: Place | null, join: (...parts: string[]) => string): Place | null {
  return folder === null ? null : { path: join(folder.path, "consent.json"), within: folder.within };
}

/** `\folder` is absolute to Node, but it is on whatever drive is the current one. */
function hasDrive(path: string): boolean {
  return /^([A-Za-z]:[\\/]|[\\/]{2}[^\\/])/.test(path);
}

function isUsable(path: string | null, isAbsolute: (path: string) => boolean): path is string {
  return path !== null && isAbsolute(path);
}
