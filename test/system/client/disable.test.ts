import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { binOf } from "../../e2e/command.ts";
import { Program } from "../network/program.ts";
import { Road } from "./road.ts";
import { GRANTED, UNTROUBLED, User, WEEKLY } from "./user.ts";

/** Where a sender is when its user says no, and how it is brought there. */
interface Moment {
  readonly moment: string;
  readonly env: Readonly<Record<string, string>>;
  /** The type of question whose answer is held; null: none. */
  readonly held: string | null;
}

const MOMENTS: readonly Moment[] = [
  { moment: "it waits before it sends", env: { SOTTO_TELEMETRY: "on" }, held: null },
  { moment: "it asks for the zone's policy", env: GRANTED, held: "TXT" },
  { moment: "it has sent a name and not heard yet", env: GRANTED, held: "A" },
];

const ACTS = [WEEKLY, "count=runs", "close"];

describe("disable while its sender is at work", () => {
  it("ends it: no more names, and nothing of the project is left or comes again", async () => {
    await Promise.all(MOMENTS.map(sayNoAt));
  });
});

async function sayNoAt({ env: variables, held, moment }: Moment): Promise<void> {
  const road = await Road.toServer();
  road.fate = ({ type }) => (type === held ? "held" : "answered");
  const user = await User.make();
  const env = { ...variables, SOTTO_SERVER: road.address };
  expect(await user.run(ACTS, { env })).toEqual(UNTROUBLED);
  if (held !== null) await road.asked(held);
  else await vi.waitUntil(async () => (await user.find(/^spool\/left-pad\/./)).length > 0, { timeout: 30_000 });
  expect([moment, user.senders().length]).toEqual([moment, 1]);

  const disable = [process.execPath, binOf("sotto-client"), "disable", "left-pad"];
  const command = new Program([], disable, { cwd: "/", env: user.environment });
  expect([moment, await command.closed]).toEqual([moment, { code: 0, signal: null }]);
  const names = namesOf(road);
  expect([moment, await traces(user)]).toEqual([moment, []]);
  road.clear();
  await user.quiet();
  expect([moment, namesOf(road)]).toEqual([moment, names]);
  expect([moment, await traces(user)]).toEqual([moment, []]);
  // Nor does a program that runs afterwards begin anew, whatever its environment grants.
  expect(await user.run(ACTS, { env })).toEqual(UNTROUBLED);
  expect([moment, user.processes(), await traces(user)]).toEqual([moment, [], []]);
}

/** What was asked for; a question that is sent again, since its answer is late, is no other. */
function namesOf({ queries }: Road): string[] {
  return [...new Set(queries.map(({ name }) => name))];
}

/** Files that are the project's, or tell of it; its decision aside. */
async function traces(user: User): Promise<string[]> {
  const files = await user.find(/\.[a-z]+$/);
  const telling = await Promise.all(
    files.map(async (path) => path.includes("left-pad") || (await readFile(path, "utf8")).includes("left-pad")),
  );
  return files.filter((_, at) => telling[at]).map((path) => path.slice(join(user.state.path, "/").length));
}
