import { readFileSync } from "node:fs";

/** A decision of test/vectors/client/consent.json, and what it is made of. */
export interface DecisionVector {
  readonly name: string;
  readonly given: {
    readonly project: string;
    readonly mode: "ask" | "notice";
    readonly administrator: string | null;
    readonly environment: Record<string, string>;
    readonly optOut: string | null;
    readonly consent: string | null;
    readonly ci: boolean;
    readonly noticeShownNow: boolean;
  };
  readonly expected: {
    readonly state: string;
    readonly rule: string;
    readonly source: string | null;
    readonly covers: string;
  };
}

/** All that the file holds. */
export const consentVectors: {
  readonly paths: { readonly administrator: string; readonly consent: string };
  readonly decisions: readonly DecisionVector[];
  readonly fields: {
    readonly definition: object;
    readonly expected: readonly { field: string; canonical: string; sha256: string }[];
  };
} = JSON.parse(readFileSync(new URL("../../vectors/client/consent.json", import.meta.url), "utf8"));
