import { readAdministratorWord } from "./consent/administrator.ts";
import { isDoNotTrack } from "./donottrack.ts";
import { SilencedError } from "./errors.ts";

/** What may forbid even what a person asked for explicitly. */
export interface Forbidding {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The administrator's file, there or not. */
  readonly administrator: string;
  /** Null when the command names a key and no project: then only what is said of all projects holds. */
  readonly project: string | null;
}

/**
 * Refuses to send where the administrator or `DO_NOT_TRACK` says so. Nothing else stands above a person's explicit act
 * (docs/client-state.md, "Precedence").
 *
 * @throws SilencedError `SOTTO_ADMINISTRATOR_OFF`, `SOTTO_DO_NOT_TRACK`.
 */
export function requireSendingAllowed({ environment, administrator, project }: Forbidding): void {
  // No project has the empty name.
  const word = readAdministratorWord(administrator, project ?? "");
  if (word.type === "off") {
    const why = word.reason === undefined ? "says off" : `cannot be obeyed (${word.reason})`;
    throw new SilencedError("SOTTO_ADMINISTRATOR_OFF", `${administrator} ${why}, so nothing was sent`);
  }
  if (isDoNotTrack(environment)) {
    throw new SilencedError("SOTTO_DO_NOT_TRACK", "DO_NOT_TRACK is set, so nothing was sent");
  }
}
