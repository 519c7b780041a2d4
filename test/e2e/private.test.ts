import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dayOf, decodePublicKey, encodeName, parseDefinition, type ReportDefinition, seal } from "@sotto/wire";
import { expect, it } from "vitest";
import { composeReport } from "../../client/report/compose.ts";
import { windowOf } from "../../client/report/window.ts";
import { Asker, addressIn } from "./asker.ts";
import { freePort, run, startResolver, untilSealed } from "./command.ts";
import { Dice } from "./dice.ts";
import { temporaryFolder } from "./scene.ts";

const ZONE = "r.example.net";
const ACK = "198.18.0.7";

/** How many installations say what: 2,000 in all. */
const TRUTH = { sqlite: 1200, postgresql: 600, mysql: 200, other: 0 };
const EPSILON = 2;

const DEFINITION = JSON.stringify({
  sotto: 1,
  project: "frames",
  zones: [{ zone: ZONE, ack: [ACK], bits: 0 }],
  keys: [],
  reports: {
    weekly: {
      window: "week",
      description: "Which database it runs on.",
      fields: {
        database: {
          key: "d",
          kind: "choice",
          values: ["sqlite", "postgresql", "mysql"],
          epsilon: EPSILON,
          description: "The kind of database.",
          reason: "To test on those that are used.",
          owner: "Core team",
          expires: "2126-01-01",
        },
      },
    },
  },
});

/** What an installation's client says, blurred by its own code. */
function textOf(report: ReportDefinition, database: string, day: number, dice: Dice): string {
  const { outcome } = composeReport(
    {
      report,
      due: { window: windowOf("week", day), back: 0 },
      day,
      granted: new Set(["database"]),
      application: { database },
      counts: {},
      client: { runner: "terminal", age: 1, platform: "linux-x64", session: null },
      draws: null,
    },
    (length) => dice.octets(length),
  );
  if (outcome.type !== "text") throw new Error("the client says nothing");
  return outcome.text;
}

it("2,000 blurred reports go from clients by DNS to the decoder, whose intervals hold the truth", async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const dice = new Dice("two thousand blurred reports");
  await writeFile(at("sotto.json"), DEFINITION);
  await run("sotto-keys", ["new", "--plain", "--out", at("own.key")]);
  const publicKey = decodePublicKey((await run("sotto-keys", ["public", at("own.key")])).stdout.trim());
  const [dns, http] = [await freePort(), await freePort()];
  await startResolver([
    ...["--zone", ZONE, "--listen", `127.0.0.1:${dns}`, "--http", `127.0.0.1:${http}`, "--data", at("data")],
    ...[
      "--ack",
      ACK,
      "--bits",
      "0",
      "--bucket",
      "5s",
      "--min-batch",
      "1",
      "--publish-after",
      "0s",
      "--rate-limit",
      "off",
    ],
  ]);
  const day = dayOf(Date.now() / 1000);
  const [report] = parseDefinition(DEFINITION).reports as [ReportDefinition];
  const said = Object.entries(TRUTH).flatMap(([database, count]) => Array<string>(count).fill(database));
  const names = said.map((database) => {
    const [sealed] = seal(textOf(report, database, day, dice), publicKey, { day, bits: 0 });
    return encodeName((sealed as { frame: Uint8Array }).frame, ZONE);
  });
  const asker = await Asker.open({ address: "127.0.0.1", port: dns });
  const waiting = [...names];
  // As a client does: what was not acknowledged is asked again, by the same name.
  const send = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      for (let tries = 0; addressIn(await asker.ask({ name })) !== ACK; tries++) expect(tries).toBeLessThan(10);
    }
  };
  await Promise.all(Array.from({ length: 16 }, send));
  asker.close();
  await untilSealed(at("data"));

  const store = ["--store", at("records.duckdb"), "--definition", at("sotto.json")];
  const from = ["--key-file", at("own.key"), "--from", `http://127.0.0.1:${http}`];
  const scan = await run("sotto-decoder", ["scan", ...from, ...store]);
  expect(scan.code).toBe(0);
  expect(scan.stderr).toContain("records in the store: 2000\n");
  const { stdout } = await run("sotto-decoder", ["report", ...store, "--json"]);
  const [weekly] = JSON.parse(stdout).reports;
  const [field] = weekly.fields;
  const index = weekly.windows.findIndex(({ window }: { window: number }) => window === windowOf("week", day));
  expect(field.privacy).toMatchObject({ epsilon: EPSILON, answers: 4 });
  expect(field.privacy.truth).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 3), 6);
  const figures = new Map<string, { value: number; margin: number; raw: number; bar: number }>(
    field.values.rows.map((row: { label: string; figures: unknown[] }) => [row.label, row.figures[index]]),
  );
  const raw = [...figures.values()].reduce((sum, figure) => sum + figure.raw, 0);
  expect(raw).toBe(2000);
  for (const [database, count] of Object.entries(TRUTH)) {
    const { value, margin } = figures.get(database) ?? { value: Number.NaN, margin: 0 };
    // Seeded, so it holds always or never; four intervals of 95 % hold together more often than four times in five.
    expect([database, Math.abs(value - count) <= margin]).toEqual([database, true]);
    // 1.96 sqrt((n_v p (1 - p) + (n - n_v) q (1 - q)) / (p - q)^2), worked out for p = 0.7113 and q = 0.0962.
    const variance = (count * 0.20535 + (2000 - count) * 0.08697) / (0.7113 - 0.0962) ** 2;
    expect(Math.abs(margin / (1.96 * Math.sqrt(variance)) - 1)).toBeLessThan(0.1);
  }
});
