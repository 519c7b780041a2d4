import { SilencedError } from "./errors.ts";

/**
 * Whether `DO_NOT_TRACK` asks for silence: set, and not empty, `0` or `false`. (Tools that honour only `1` are among
 * what people complain of.)
 */
export function isDoNotTrack(environment: Readonly<Record<string, string | undefined>>): boolean {
  const value = environment.DO_NOT_TRACK?.trim().toLowerCase() ?? "";
  return value !== "" && value !== "0" && value !== "false";
}

/** @throws SilencedError `SOTTO_DO_NOT_TRACK`. */
export function requireTrackingAllowed(environment: Readonly<Record<string, string | undefined>>): void {
  if (isDoNotTrack(environment)) {
    throw new SilencedError("SOTTO_DO_NOT_TRACK", "DO_NOT_TRACK is set, so nothing was sent");
  }
}
