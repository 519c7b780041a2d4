import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { dayOf, parseCollection } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { bundleClient } from "../../build/bundle.ts";
import { installationOf } from "../../client/installation/folder.ts";
import { writeState } from "../../client/installation/statefile.ts";
import { windowOf } from "../../client/report/window.ts";
import { type Place, placesOf } from "../../client/state/paths.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { completeDefinition } from "../wire/definitions.ts";

const run = promisify(execFile);

/** Prints what is loaded after it: files as they are asked for, at the end Node's own modules beyond those of any program. */
const WATCHER = `
const before = new Set(process.moduleLoadList);
const { registerHooks } = process.getBuiltinModule("node:module");
const files = [];
registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
process.on("exit", () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name) && !name.includes("internal/"));
  process._rawDebug(JSON.stringify({ files, builtins: builtins.map((name) => name.split(" ").at(-1)) }));
});
`;

const PROGRAM = `
import { open } from "./index.mjs";
const telemetry = await open(new URL("./sotto.json", import.meta.url));
telemetry.count("runs");
telemetry.report("weekly", { command: "build" });
await telemetry.close();
`;

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** What costs more to load than a usual run may take. */
const SLOW = ["crypto", "child_process", "tty", "net", "stream", "readline", "dns", "worker_threads", "fs/promises"];

describe("the files that a program loads", () => {
  it.each([
    ["nobody decided", {}],
    ["the user denied", { SOTTO_TELEMETRY: "off" }],
  ])("loads nothing that is slow where %s", async (_, environment) => {
    const { files, builtins } = await loaded(await installed(), environment);
    expect(files).toEqual(expect.arrayContaining(["program.js", "index.mjs"]));
    expect(files.filter((name) => !["program.js", "index.mjs"].includes(name))).toEqual([]);
    expect(builtins.filter((name) => SLOW.includes(name))).toEqual([]);
  });

  it("loads nothing that is slow in a usual run of a program that is granted", async () => {
    const folder = await installed();
    const granted = { SOTTO_TELEMETRY: "on" };
    const first = await loaded(folder, granted);
    expect(first.files.toSorted()).toEqual(["index.mjs", "program.js", "rarely.cjs", "vendors.json"]);
    expect(first.builtins).toEqual(expect.arrayContaining(["crypto", "child_process"]));
    await seal(folder);
    const { files, builtins } = await loaded(folder, granted);
    expect(files.toSorted()).toEqual(["index.mjs", "program.js"]);
    expect(builtins.filter((name) => SLOW.includes(name))).toEqual([]);
  });

  it("finds what is rarely needed where npm put it, when a program was bundled into one file", async () => {
    const folder = await installed();
    const packed = join(folder, "node_modules", "@sotto", "client");
    await rm(join(folder, "node_modules"));
    await mkdir(packed, { recursive: true });
    await symlink(join(MODULES, "ci-info"), join(folder, "node_modules", "ci-info"));
    await copyFile(fileURLToPath(new URL("../../client/package.json", import.meta.url)), join(packed, "package.json"));
    await mkdir(join(packed, "dist"));
    for (const name of ["index.mjs", "rarely.cjs"]) await copyFile(join(folder, name), join(packed, "dist", name));
    await rm(join(folder, "rarely.cjs"));
    expect((await loaded(folder, { SOTTO_TELEMETRY: "on" })).files).toContain("rarely.cjs");
    expect(await readdir(installationIn(folder).path)).toContain("due-weekly.json");
  });
});

/** The program's definition. */
const DEFINITION = { ...completeDefinition(), project: "left-pad", consent: "ask" };

/** @param home of the user, which is the program's folder. */
function installationIn(home: string): Place {
  const { state } = placesOf({ platform: process.platform, environment: {}, home });
  const place = installationOf(state, DEFINITION.project);
  if (place === null) throw new Error("the program has never run");
  return place;
}

/** What a sender leaves when it has sealed all that was due. */
async function seal(home: string): Promise<void> {
  const folder = installationIn(home);
  const today = dayOf(Date.now() / 1000);
  const reports = parseCollection(DEFINITION).reports.map(({ name, window }) => {
    return [name, { reported: [windowOf(window, today) - 1, windowOf(window, today)], activity: [], draws: null }];
  });
  await writeState(folder, { firstDay: today, reports: Object.fromEntries(reports), merged: [] });
}

/** A folder with the program and the client as it is packed, less what is loaded later; also its user's home. */
async function installed(): Promise<string> {
  const folder = await temporaryFolder();
  await bundleClient(folder);
  await symlink(MODULES, join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "sotto.json"), JSON.stringify(DEFINITION));
  await writeFile(join(folder, "watcher.js"), WATCHER);
  await writeFile(join(folder, "program.js"), PROGRAM);
  return folder;
}

interface Loaded {
  /** Names of the files that were loaded. */
  readonly files: readonly string[];
  /** Node's own modules, `crypto`. */
  readonly builtins: readonly string[];
}

async function loaded(folder: string, environment: Record<string, string>): Promise<Loaded> {
  const { stdout, stderr } = await run(process.execPath, ["--import", "./watcher.js", "program.js"], {
    cwd: folder,
    env: { HOME: folder, ...environment },
  });
  expect(stdout).toBe("");
  const { files, builtins } = JSON.parse(stderr);
  const isFile = (url: string) => url.startsWith("file:");
  return { files: files.filter(isFile).map((url: string) => basename(url)), builtins };
}
