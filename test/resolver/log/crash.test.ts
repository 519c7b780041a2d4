import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAULT_POINTS, type FaultPoint } from "../../../resolver/log/fault.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { type FolderCollection, framesInFolder } from "./collection.ts";
import { close, KEEPING, START, STEPS } from "./crash.ts";
import { openCollection } from "./scene.ts";

const HOUR = 3600;

/** The first of the steps in which what was stored goes, as its time is over. */
const EXPIRING_STEP = STEPS.length - 2;

interface Crash {
  readonly acknowledged: readonly string[];
  readonly killed: boolean;
  readonly step: number;
  readonly now: number;
}

async function runChild(folder: string, point: FaultPoint, pass: number): Promise<Crash> {
  const script = fileURLToPath(new URL("crash.child.ts", import.meta.url));
  const args = ["--conditions=sotto-source", script, folder, point, String(pass)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await once(child, "close");
  const lines = output.split("\n").map((line) => line.split(" "));
  const acknowledged = lines.flatMap(([word, frame]) => (word === "ack" && frame !== undefined ? [frame] : []));
  const [word, step = "", now = ""] = lines.find(([first]) => first === "killed" || first === "done") ?? [];
  expect(word).toBeDefined();
  return { acknowledged, killed: word === "killed", step: Number(step), now: Number(now) };
}

/** Everything of a data folder that should not outlive a run. */
async function temporaryIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const lasting = (name: string) =>
    ["journal", "held", "segments", "sealing", "time.json"].includes(name) ||
    /^journal\/\d+-\d+-[0-9a-f]{16}\.journal$/.test(name) ||
    /^(held|segments)\/\d+-\d+-[0-9a-f]{16}\.seg$/.test(name);
  return names.filter((name) => !lasting(name) && !/^lock-/.test(name));
}

const isSubset = (some: readonly string[], all: readonly string[]) => {
  const known = new Set(all);
  return some.filter((one) => !known.has(one));
};
const twice = (list: readonly string[]) => list.filter((one, index) => list.indexOf(one) !== index);

describe("kill -9", () => {
  const cases = FAULT_POINTS.flatMap((point) => [1, 3].map((pass) => [point, pass] as const));

  it.each(cases)(
    "at '%s', passed %i times, loses nothing, doubles nothing, leaves nothing half-done",
    async (point, pass) => {
      const folder = await temporaryFolder();
      const crash = await runChild(folder, point, pass);
      // Every fault point is passed at least once, or this would show nothing of it.
      if (pass === 1) expect(crash.killed).toBe(true);
      const collection = await openCollection({ keeping: KEEPING, folder, now: crash.now, intakes: 2 });
      expect(await temporaryIn(folder)).toEqual([]);
      expect((await readdir(folder)).filter((name) => name.startsWith("lock-"))).toHaveLength(1);
      await collection.pass(3 * HOUR);
      const stored = await collection.storedFrames();
      expect(twice(stored)).toEqual([]);
      expect(await readdir(collection.log.journalFolder)).toEqual([]);
      if (crash.step < EXPIRING_STEP) {
        expect(isSubset(crash.acknowledged, stored)).toEqual([]);
        if (!point.startsWith("journal-w") && !point.startsWith("journal-s") && crash.killed) {
          expect(collection.log.published(collection.now)).toEqual(await undisturbed(crash));
        }
      }
      await collection.pass(KEEPING.retention);
      expect(await collection.storedFrames()).toEqual([]);
    },
  );
});

/** What is published when the storage was closed cleanly before the step in which it was killed. */
async function undisturbed({ step, now }: Crash) {
  const before = await openCollection({ keeping: KEEPING, now: START, intakes: 2 });
  for (const run of STEPS.slice(0, step)) await run(before);
  await close(before);
  const collection = await openCollection({ keeping: KEEPING, folder: before.folder, now, intakes: 2 });
  await collection.pass(3 * HOUR);
  return collection.log.published(collection.now);
}

type Action =
  | { readonly do: "append"; readonly count: number; readonly intake: number }
  | { readonly do: "pass"; readonly seconds: number }
  | { readonly do: "crash"; readonly point: FaultPoint; readonly pass: number }
  | { readonly do: "reopen" };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      count: fc.integer({ min: 1, max: 15 }),
      intake: fc.nat(1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.constantFrom(60, HOUR, 5 * HOUR) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("crash" as const),
      point: fc.constantFrom(...FAULT_POINTS),
      pass: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
);

/**
 * A log whose process "crashes" in our own: at the fault point it stops for good, and what is on disk at that moment is
 * what the next one opens, as a copy.
 */
class Crashing {
  acknowledged: string[] = [];
  #armed: { point: FaultPoint; left: number } | null = null;
  #crashed: () => void = () => {};
  #appended = 0;
  collection: FolderCollection;
  now = START;

  private constructor(collection: FolderCollection) {
    this.collection = collection;
  }

  static async begin(): Promise<Crashing> {
    const crashing: Crashing = new Crashing(await openCollection({ keeping: KEEPING }));
    await crashing.#open(await temporaryFolder());
    return crashing;
  }

  async take(step: Action): Promise<void> {
    if (step.do === "crash") {
      this.#armed = { point: step.point, left: step.pass };
      return;
    }
    const crash = new Promise<"crashed">((resolve) => {
      this.#crashed = () => resolve("crashed");
    });
    if ((await Promise.race([this.#do(step), crash])) !== "crashed") return;
    this.now = this.collection.now;
    const folder = await temporaryFolder();
    await cp(this.collection.folder, folder, {
      recursive: true,
      filter: (path) => !basename(path).startsWith("lock-"),
    });
    await this.collection.log.close();
    await this.#open(folder);
  }

  disarm(): void {
    this.#armed = null;
  }

  async #do(step: Exclude<Action, { do: "crash" }>): Promise<void> {
    if (step.do === "append") await this.collection.store(`random ${this.#appended++}`, step.count, step.intake);
    else if (step.do === "pass") await this.collection.pass(step.seconds);
    else await this.collection.restart();
  }

  async #open(folder: string): Promise<void> {
    this.#armed = null;
    this.collection = await openCollection({
      keeping: KEEPING,
      folder,
      now: this.now,
      intakes: 2,
      acknowledged: (frame) => this.acknowledged.push(frame),
      log: { faultPoint: (point) => this.#pass(point) },
    });
  }

  #pass(point: FaultPoint): Promise<void> | void {
    if (this.#armed?.point !== point || --this.#armed.left > 0) return;
    this.#crashed();
    return new Promise(() => {});
  }
}

describe("any order of storing, sealing, crashing, opening again and purging", () => {
  it("keeps every acknowledged frame once until its time is over, and nothing after it", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 14 }), async (actions) => {
        const crashing = await Crashing.begin();
        for (const step of actions) {
          const before = crashing.acknowledged.length;
          await crashing.take(step);
          expect(crashing.acknowledged.length).toBeGreaterThanOrEqual(before);
          const { collection, acknowledged } = crashing;
          if (collection.now - NOON >= KEEPING.retention / 2) break;
          expect(isSubset(acknowledged, await framesInFolder(collection.folder))).toEqual([]);
        }
        crashing.disarm();
        const { collection, acknowledged } = crashing;
        await collection.pass(2 * HOUR);
        const stored = await collection.storedFrames();
        expect(twice(stored)).toEqual([]);
        if (collection.now - NOON < KEEPING.retention / 2) expect(isSubset(acknowledged, stored)).toEqual([]);
        await collection.pass(KEEPING.retention);
        expect(await collection.storedFrames()).toEqual([]);
        expect(await temporaryIn(collection.folder)).toEqual([]);
      }),
      { seed: 5, numRuns: 20 },
    );
  });
});
