import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireSendingAllowed } from "../../client/permission.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { refusalOf } from "../wire/refusal.ts";

/** What comes of an explicit send where an administrator wrote something (null: nothing). */
async function outcome(policy: string | null, project: string | null, environment = {}): Promise<string | null> {
  const administrator = join(await temporaryFolder(), "policy.json");
  if (policy !== null) await writeFile(administrator, policy);
  try {
    requireSendingAllowed({ environment, administrator, project });
    return null;
  } catch {
    return refusalOf(() => requireSendingAllowed({ environment, administrator, project }));
  }
}

describe("a person's explicit send (docs/client-state.md)", () => {
  it.each([
    [null, "django", null],
    ['{"version":1,"telemetry":"off"}', "django", "SOTTO_ADMINISTRATOR_OFF"],
    ['{"version":1,"telemetry":"off"}', null, "SOTTO_ADMINISTRATOR_OFF"],
    ['{"version":1,"projects":{"django":"off"}}', "django", "SOTTO_ADMINISTRATOR_OFF"],
    ['{"version":1,"projects":{"django":"off"}}', "homebrew", null],
    ['{"version":1,"telemetry":"off","projects":{"django":"on"}}', "django", null],
    ['{"version":1,"telemetry":"on"}', "django", null],
    ["not JSON", "django", "SOTTO_ADMINISTRATOR_OFF"],
    ['{"version":9}', "django", "SOTTO_ADMINISTRATOR_OFF"],
  ])("where the administrator wrote %s, for the project %s: %s", async (policy, project, expected) => {
    expect(await outcome(policy, project)).toBe(expected);
  });

  it("is stopped by DO_NOT_TRACK whatever the administrator allows", async () => {
    const environment = { DO_NOT_TRACK: "1" };
    for (const policy of [null, '{"version":1,"telemetry":"on"}']) {
      expect(await outcome(policy, "django", environment)).toBe("SOTTO_DO_NOT_TRACK");
    }
  });
});
