import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  dateOfDay,
  dayOf,
  decodeName,
  encodePublicKey,
  openFrame,
  parseDefinition,
  readBody,
  weekOf,
  weekStart,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { fieldHashes } from "../../../client/consent/fieldhash.ts";
import { writeDefinitionCopy } from "../../../client/installation/definitioncopy.ts";
import { makeDue } from "../../../client/installation/due.ts";
import { installationPlace, systemBinding } from "../../../client/installation/folder.ts";
import type { Place } from "../../../client/state/paths.ts";
import { compiled } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { rawField } from "../../wire/definitions.ts";
import { nameServer } from "./nameserver.ts";
import { definitionOf, KEYS, ZONE } from "./scene.ts";

const MAIN = fileURLToPath(new URL("../../../client/sender/main.ts", import.meta.url));
const DEADLINE = fileURLToPath(new URL("../../../client/sender/deadline.ts", import.meta.url));
const TODAY = dayOf(Date.now() / 1000);

/** A definition for today, whenever that is. */
function present() {
  const [pair] = KEYS;
  const monday = dateOfDay(weekStart(weekOf(TODAY)) / 86_400);
  const fields = { python: rawField("p", "version", { expires: dateOfDay(TODAY + 300) }) };
  return definitionOf({
    keys: [{ key: encodePublicKey(pair?.publicKey ?? new Uint8Array()), from: monday }],
    reports: { weekly: { window: "week", description: "x", fields } },
  });
}

async function machine(): Promise<{ home: string; state: Place; folder: Place }> {
  const home = await temporaryFolder();
  const state = { path: join(home, "sotto"), within: home };
  await mkdir(state.path);
  const folder = installationPlace(state, systemBinding(state) ?? "", "left-pad");
  const definition = present();
  const fields = fieldHashes(parseDefinition(JSON.stringify(definition)));
  writeDefinitionCopy(folder, { definition, fields, stopped: null });
  const due = { id: "00000000000000aa", day: TODAY, runner: "script" as const, platform: "x", session: null };
  makeDue(folder, "weekly", { ...due, values: { python: "3.12.1" } });
  return { home, state, folder };
}

async function runMain(home: string, environment: Record<string, string>, folder = home) {
  const child = spawn(process.execPath, ["--conditions=sotto-source", MAIN, folder], {
    cwd: "/",
    env: {
      ...compiled(),
      PATH: process.env.PATH ?? "",
      HOME: home,
      XDG_STATE_HOME: home,
      XDG_CONFIG_HOME: home,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => printed.push(chunk));
  const [code, signal] = await once(child, "close");
  return { code, signal, printed: Buffer.concat(printed).toString() };
}

// In CI nobody waits, so these tests do not either.
const GRANTED = { CI: "true", SOTTO_TELEMETRY: "on" };

describe("the sender's process", () => {
  it("seals and sends through the given server, prints nothing, and ends itself", async () => {
    const server = await nameServer("198.18.0.7");
    const { home, folder } = await machine();
    const result = await runMain(home, { ...GRANTED, SOTTO_SERVER: server.address });
    expect(result).toEqual({ code: null, signal: "SIGKILL", printed: "" });
    const [policy, name = ""] = server.names;
    expect([policy, server.names.length]).toEqual([`_policy.${ZONE}.`, 2]);
    const [pair] = KEYS;
    const block = pair === undefined ? null : openFrame(decodeName(name, ZONE) ?? new Uint8Array(), pair);
    const body = block === null ? null : readBody(block);
    expect([block?.day, body?.type === "whole" ? Buffer.from(body.text).toString() : null]).toEqual([
      TODAY,
      '{"p":"3.12.1"}',
    ]);
    expect((await readdir(folder.path)).toSorted()).toEqual(["definition.json", "state.json"]);
    const { reports } = JSON.parse(await readFile(join(folder.path, "state.json"), "utf8"));
    expect(reports.weekly.reported).toEqual([weekOf(TODAY)]);
  });

  it("obeys an opt-out file in the folder that it is told", async () => {
    const server = await nameServer("198.18.0.7");
    const { home, folder } = await machine();
    const work = join(home, "work");
    await mkdir(join(work, ".sotto-opt-out"), { recursive: true });
    const result = await runMain(home, { ...GRANTED, SOTTO_SERVER: server.address }, work);
    expect([result.signal, result.printed, server.names]).toEqual(["SIGKILL", "", []]);
    expect(await readdir(folder.path)).toEqual(["definition.json"]);
  });

  it("prints nothing and ends where nothing is, makes nothing, and does not mind a server that is none", async () => {
    const home = await temporaryFolder();
    const gone = join(home, "gone");
    expect(await runMain(gone, GRANTED)).toEqual({ code: null, signal: "SIGKILL", printed: "" });
    expect(await readdir(home)).toEqual([]);
    const { home: other } = await machine();
    const result = await runMain(other, { ...GRANTED, SOTTO_SERVER: "no server" });
    expect(result).toEqual({ code: null, signal: "SIGKILL", printed: "" });
  });

  it("is ended by its deadline though its code never comes to rest", async () => {
    const code = `import { armDeadline } from ${JSON.stringify(DEADLINE)}; armDeadline(100); for (;;);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  });
});
