import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Verdict, verdictOf } from "../../../client/usual/verdict.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { consentVectors, type DecisionVector } from "../consent/decisionvectors.ts";

const { decisions } = consentVectors;

/** What a usual run makes of it; null where it leaves the decision to the whole client. */
async function verdictFor({ given }: DecisionVector, isOnTerminal: boolean): Promise<Verdict | null> {
  const folder = await temporaryFolder();
  const places = {
    state: join(folder, "state"),
    consent: join(folder, "consent.json"),
    administrator: join(folder, "policy.json"),
  };
  if (given.administrator !== null) await writeFile(places.administrator, given.administrator);
  if (given.consent !== null) await writeFile(places.consent, given.consent);
  if (given.optOut !== null) await mkdir(join(folder, ".sotto-opt-out"));
  try {
    return verdictOf(
      {
        places,
        environment: given.environment,
        workingFolder: folder,
        home: null,
        mayBeCi: () => given.ci,
        mayBeOnTerminal: () => isOnTerminal,
        isOnTerminal: () => isOnTerminal,
      },
      { project: given.project, consent: given.mode },
    );
  } catch {
    return null;
  }
}

/** What the vectors expect of it. */
function expectedOf({ given, expected }: DecisionVector): Verdict {
  if (expected.state !== "granted") return "silent";
  if (expected.covers === "all") return "all";
  return JSON.parse(given.consent ?? "{}").projects[given.project].fields ?? {};
}

/** Whether a usual run knows the rule: it leaves damage, an administrator's file, `debug` and signs of CI to the whole client. */
function isKnown({ given, expected }: DecisionVector): boolean {
  const isDebug = Object.values(given.environment).some((value) => /debug/i.test(value));
  const isUnusable = expected.rule === "stored-unusable";
  return !isDebug && !isUnusable && given.administrator === null && !given.ci;
}

// A usual run shows nothing, so it never has just shown a notice.
const cases = decisions.filter(({ given }) => !given.noticeShownNow);

describe("the verdict of a usual run (test/vectors/client/consent.json)", () => {
  it.each(cases)("$name", async (vector) => {
    const { expected } = vector;
    const verdict = await verdictFor(vector, false);
    if (isKnown(vector)) expect(verdict).toEqual(expectedOf(vector));
    else if (expected.state === "debug") expect(verdict).toBeNull();
    else expect([null, expectedOf(vector)]).toContainEqual(verdict);
    // Where nobody decided and there is somebody to ask, it must not be silent.
    if (expected.state === "undecided") expect(await verdictFor(vector, true)).toBeNull();
  });

  it("is there for most of them", () => {
    expect(cases.filter(isKnown).length).toBeGreaterThan(100);
  });
});
