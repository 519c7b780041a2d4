import type { JsonObject } from "../state/file.ts";
import type { Status } from "./gather.ts";

/** What `status --json` prints. Pure. Names in it stay: programs read them. */
export function statusJson({
  projects,
  host,
  blocked,
  losses,
  history,
  isSending,
  places,
  problems,
}: Status): JsonObject {
  return {
    projects: projects.map(({ project, reasoned, fields, reported, due, waiting, next, isStopped }) => ({
      project,
      state: reasoned.decision.state,
      rule: reasoned.decision.rule,
      source: reasoned.decision.source,
      fields: fields === null ? null : { told: fields.told, untold: fields.untold },
      reported: Object.fromEntries(reported.map(({ report, unit, window }) => [report, { unit, window }])),
      due,
      waiting: waiting.map(({ zone, attempts }) => ({ zone, attempts })),
      next,
      stopped: isStopped,
    })),
    host: host === null ? null : { decision: host.decision, day: host.day },
    blocked: blocked.map(({ zone, until }) => ({ zone, until })),
    losses: { ...losses },
    history: { on: history.isOn, entries: history.entries },
    sending: isSending,
    places: {
      state: places.state?.path ?? null,
      consent: places.consent?.path ?? null,
      administrator: places.administrator,
    },
    problems: problems.map(({ path, reason }) => ({ path, reason })),
  };
}
