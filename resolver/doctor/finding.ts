/** How a check came out. A warning is worth a look and does not keep reports from arriving. */
export type Verdict = "ok" | "warning" | "wrong";

/** What one check found. */
export interface Finding {
  /** Short and stable: `glue`, `partial names`. */
  readonly check: string;
  /** The server, resolver or name that was looked at. */
  readonly where: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** What to do, when there is something to do. */
  readonly fix?: string;
}

export function ok(check: string, where: string, says: string): Finding {
  return { check, where, verdict: "ok", says };
}

export function warning(check: string, where: string, says: string, fix: string): Finding {
  return { check, where, verdict: "warning", says, fix };
}

export function wrong(check: string, where: string, says: string, fix: string): Finding {
  return { check, where, verdict: "wrong", says, fix };
}

/** The worst verdict among findings. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const has = (verdict: Verdict) => findings.some((finding) => finding.verdict === verdict);
  return has("wrong") ? "wrong" : has("warning") ? "warning" : "ok";
}
