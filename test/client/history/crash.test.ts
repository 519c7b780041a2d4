import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { clearHistory } from "../../../client/history/history.ts";
import { listHistory } from "../../../client/history/list.ts";
import { openName } from "../../../client/history/opening.ts";
import { pruneHistory } from "../../../client/history/prune.ts";
import { receiptsOf } from "../../../client/history/receipts.ts";
import { clockOf, historyPlaces, TODAY } from "./sealing.ts";

const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Seals and keeps for ever, and tells each name once its entry is kept. */
const ADDING = `
  const { encodeName, generateKeyPair, seal } = await import("@sotto/wire");
  const { entryOf } = await import(${module("../../../client/history/proof.ts")});
  const { keepEntry } = await import(${module("../../../client/history/history.ts")});
  const places = JSON.parse(process.argv[1]);
  const { publicKey } = generateKeyPair();
  const sealing = { project: "left-pad", report: "weekly", day: ${TODAY}, zone: "r.example.net", publicKey };
  for (let n = 0; ; n++) {
    const text = JSON.stringify({ n, x: "x".repeat(100) });
    const sealed = seal(text, publicKey, { day: ${TODAY}, bits: 0 });
    const kept = await keepEntry(places, entryOf({ ...sealing, text, sealed }));
    if (kept.type !== "kept") process.exit(1);
    process.stdout.write(encodeName(sealed[0].frame, sealing.zone) + "\\n");
  }
`;

/** Lets a program add until it has told of a few names and a moment more, and kills it. @returns the names. */
async function addAndDie(places: object, milliseconds: number): Promise<string[]> {
  const args = ["--conditions=sotto-source", "--input-type=module", "--eval", ADDING, JSON.stringify(places)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  await once(child.stdout, "data");
  await sleep(milliseconds);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(child.signalCode).toBe("SIGKILL");
  return told.split("\n").slice(0, -1);
}

it("whatever was told to be kept is there whole, however often the program is killed", async () => {
  const places = await historyPlaces();
  const names: string[] = [];
  for (let round = 0; round < 12; round++) names.push(...(await addAndDie(places, 5 + 7 * round)));
  const { entries, ...problems } = await listHistory(places);
  expect(problems).toEqual({ damaged: 0, newer: 0, unreadable: 0 });
  expect(entries.length).toBeGreaterThanOrEqual(names.length);
  expect(entries.length).toBeLessThanOrEqual(names.length + 12);
  for (const name of names) expect(openName(name, entries).type).toBe("ours");
  expect(receiptsOf(entries).unproved).toEqual([]);
  // A clock at another hour of that day makes whatever was left half written old.
  await pruneHistory(places, clockOf(TODAY));
  const left = await readdir(join(places.folder.path, "left-pad"));
  expect(left.filter((file) => file.startsWith("."))).toEqual([]);
  expect(left.length).toBe(entries.length);
  expect(await clearHistory(places, null, clockOf(TODAY))).toMatchObject({ erased: entries.length, failed: 0 });
});
