/**
 * Whether `DO_NOT_TRACK` asks for silence: set, and not empty, `0` or `false`. (Tools that honour only `1` are among
 * what people complain of.)
 */
export function isDoNotTrack(environment: Readonly<Record<string, string | undefined>>): boolean {
  const value = environment.DO_NOT_TRACK?.trim().toLowerCase() ?? "";
  return value !== "" && value !== "0" && value !== "false";
}
