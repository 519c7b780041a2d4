import { posix, win32 } from "node:path";
import { unusual } from "./reading.ts";

/** Where a usual run finds things, for one user on one host: paths as `placesOf` has them, though written otherwise. */
export interface UsualPlaces {
  /** The folder of the state. */
  readonly state: string;
  /** The file of the user's decisions. */
  readonly consent: string;
  /** The file of the administrator or distribution. */
  readonly administrator: string;
}

/** Below the folders that follow. A slash separates on Windows, too. */
const CONSENT = "/consent.json";

/**
 * Finds the places (docs/client-state.md, "Where things are").
 *
 * @throws where the system does not tell, or in another way than most do.
 */
export function usualPlaces(environment: Readonly<Record<string, string | undefined>>, platform: string): UsualPlaces {
  const { HOME = "" } = environment;
  if (platform === "win32") return windowsPlaces(environment);
  if (!posix.isAbsolute(HOME)) throw unusual();
  const home = posix.resolve(HOME);
  if (platform === "darwin") {
    const state = `${home}/Library/Application Support/sotto`;
    return { state, consent: state + CONSENT, administrator: "/Library/Application Support/sotto/policy.json" };
  }
  const { XDG_STATE_HOME = "", XDG_CONFIG_HOME = "" } = environment;
  const state = posix.isAbsolute(XDG_STATE_HOME) ? posix.resolve(XDG_STATE_HOME) : `${home}/.local/state`;
  const config = posix.isAbsolute(XDG_CONFIG_HOME) ? posix.resolve(XDG_CONFIG_HOME) : `${home}/.config`;
  return {
    state: `${state}/sotto`,
    consent: `${config}/sotto${CONSENT}`,
    administrator: "/etc/sotto/policy.json",
  };
}

// Functions that are written in this way are compiled when they are called (build/eager.ts).
const windowsPlaces = ({
  LOCALAPPDATA = "",
  ProgramData = "",
  USERPROFILE = "",
}: Readonly<Record<string, string | undefined>>): UsualPlaces => {
  const hasDrive = /^[A-Za-z]:\\/;
  // The last is the home, where an opt-out file may be.
  for (const path of [LOCALAPPDATA, ProgramData, USERPROFILE]) if (!hasDrive.test(path)) throw unusual();
  const state = `${win32.resolve(LOCALAPPDATA)}/sotto`;
  return { state, consent: state + CONSENT, administrator: `${ProgramData}/sotto/policy.json` };
};
