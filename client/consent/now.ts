import type { Places } from "../state/paths.ts";
import { readAdministratorWord } from "./administrator.ts";
import { type Decision, decide } from "./decision.ts";
import { findOptOut } from "./optout.ts";
import { type Standing, standingOf } from "./record.ts";
import { readConsent } from "./store.ts";

/** What a decision is looked up in. */
export interface Asker {
  readonly places: Places;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where opt-out files are looked for; null when it is gone. */
  readonly workingFolder: string | null;
  readonly home: string | null;
  /** Asked only when it matters, since finding out reads a list. */
  readonly isCi: () => boolean;
}

/** Which project's decision. */
export interface Asked {
  readonly project: string;
  readonly consent: "ask" | "notice";
}

/** A decision with what is on record. */
export interface Decided {
  readonly decision: Decision;
  /** Null when it cannot be known: the decision denies then. */
  readonly standing: Standing | null;
  /** Why the administrator's file, or consent.json, cannot be used: a phrase for a person; null when it can. */
  readonly problem: string | null;
}

/**
 * Looks everything up that a decision depends on, as it is now, and decides. To be asked before counting, before
 * sealing, and before each query. Makes nothing, and never throws.
 *
 * @param noticeShownNow whether this run has shown the notice.
 */
export function decideNow(asker: Asker, { project, consent }: Asked, noticeShownNow = false): Decided {
  const { places, environment } = asker;
  const administrator = readAdministratorWord(places.administrator, project);
  const stored = places.consent === null ? null : readConsent(places.consent);
  const standing = stored?.type === "unusable" ? null : standingOf(stored?.record ?? {}, project);
  const decision = decide({
    project,
    mode: consent,
    administrator,
    environment,
    optOut: findOptOut(asker),
    stored: standing === null ? { type: "unusable" } : { type: "known", standing },
    get isCi() {
      return asker.isCi();
    },
    noticeShownNow,
    sources: { administrator: places.administrator, consent: places.consent?.path ?? null },
  });
  return { decision, standing, problem: problemOf(administrator, stored) };
}

function problemOf(
  administrator: ReturnType<typeof readAdministratorWord>,
  stored: ReturnType<typeof readConsent> | null,
): string | null {
  if (administrator.type === "off" && administrator.reason !== undefined) return administrator.reason;
  return stored?.type === "unusable" ? stored.reason : null;
}
