import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rawField } from "../../wire/definitions.ts";
import { DAY, definitionOf, NOT_FOUND, SenderScene } from "./scene.ts";

/** A report that takes three frames, and tells of counts. */
const FIELDS = {
  ...Object.fromEntries(["aa", "bb", "cc", "dd"].map((name) => [name, rawField(name, "version")])),
  runs: rawField("r", "counter", { max: 1000 }),
};
const DEFINITION = definitionOf({ reports: { daily: { window: "day", description: "x", fields: FIELDS } } });
const VERSION = "12345678.12345678.12345678";
const VALUES = Object.fromEntries(["aa", "bb", "cc", "dd"].map((name) => [name, VERSION]));

/** What a folder holds, by path. */
type Files = ReadonlyMap<string, string>;

async function filesOf(scene: SenderScene): Promise<Files> {
  const paths = await scene.files(scene.state.path);
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(scene.path(path), "utf8")] as const)),
  );
}

async function sceneWith(files: Files): Promise<SenderScene> {
  const scene = await SenderScene.make();
  await scene.grant(DEFINITION);
  for (const [path, text] of files) {
    await mkdir(join(scene.path(path), ".."), { recursive: true });
    await writeFile(scene.path(path), text);
  }
  return scene;
}

/** What is on the disk before a report is sealed, and once it is: before anything is sent. */
interface Moments {
  readonly before: Files;
  readonly after: Files;
  readonly history: Files;
  readonly frames: readonly (readonly [string, string])[];
  readonly state: Files;
}

const DUE = /due-daily\.json$/;
const COUNTS = /counts-.*$/;

async function sealedOnce(): Promise<Moments> {
  const scene = await sceneWith(new Map());
  scene.install(DEFINITION);
  await writeFile(join(scene.folder().path, `counts-${DAY - 1}.ndjson`), '{"daily":{"runs":7}}\n');
  scene.due("daily", { values: VALUES });
  const before = await filesOf(scene);
  let after: Files = new Map();
  scene.onSleep = async () => {
    if (after.size === 0) after = without(await filesOf(scene), /sender\.lock$/);
  };
  scene.answer = () => NOT_FOUND;
  await scene.run();
  return {
    before,
    after,
    history: only(after, /^history\//),
    frames: [...only(after, /^spool\//)],
    state: only(after, /state\.json$/),
  };
}

function only(files: Files, pattern: RegExp): Files {
  return new Map([...files].filter(([path]) => pattern.test(path)));
}

function without(files: Files, pattern: RegExp): Files {
  return new Map([...files].filter(([path]) => !pattern.test(path)));
}

function union(...all: Iterable<readonly [string, string]>[]): Files {
  return new Map(all.flatMap((files) => [...files]));
}

/** What is on the disk when a sender dies between two steps of sealing. */
const CRASHES: [string, (moments: Moments) => Files][] = [
  ["before anything", ({ before }) => before],
  ["after the history", ({ before, history }) => union(before, history)],
  ["after the first frame", ({ before, history, frames }) => union(before, history, frames.slice(0, 1))],
  ["after the last frame but one", ({ before, history, frames }) => union(before, history, frames.slice(0, -1))],
  ["after all frames", ({ before, history, frames }) => union(before, history, frames)],
  ["after the state", ({ before, history, frames, state }) => union(before, history, frames, state)],
  [
    "after the counts were removed",
    ({ before, history, frames, state }) => without(union(before, history, frames, state), COUNTS),
  ],
  [
    "after the due report was removed, and not the counts",
    ({ before, history, frames, state }) => without(union(before, history, frames, state), DUE),
  ],
  ["after everything", ({ after }) => after],
];

/** Runs senders until nothing waits. @returns the texts of the whole messages that arrived. */
async function delivered(scene: SenderScene): Promise<string[]> {
  for (let run = 0; run < 10; run++) {
    await scene.run();
    scene.later(20);
  }
  expect(scene.spooled()).toEqual([]);
  const texts: string[] = [];
  for (const { text, part } of scene.opened()) {
    if (part === null || part.index === 0) texts.push(text);
    else texts.push(`${texts.pop()}${text}`);
  }
  return texts;
}

describe("a sender that dies while sealing", () => {
  it("leaves what these tests begin with", async () => {
    const { before, after, history, frames, state } = await sealedOnce();
    expect([frames.length, history.size, state.size]).toEqual([3, 1, 1]);
    expect([only(before, DUE).size, only(before, COUNTS).size]).toEqual([1, 1]);
    expect([only(after, DUE).size, only(after, COUNTS).size]).toEqual([0, 0]);
  });

  it.each(CRASHES)("%s neither loses the report nor makes two of it", async (_, filesAt) => {
    const scene = await sceneWith(filesAt(await sealedOnce()));
    const texts = await delivered(scene);
    expect(texts.map((text) => JSON.parse(text))).toEqual([{ ...VALUES, r: 7, w: 1 }]);
    const names = await readdir(scene.folder().path);
    expect(names.toSorted()).toEqual(["definition.json", "state.json"]);
    const kept = JSON.parse(await readFile(join(scene.folder().path, "state.json"), "utf8"));
    expect(kept.reports.daily).toMatchObject({ reported: [DAY - 1], activity: [] });
    // The next day's report is not disturbed.
    await writeFile(join(scene.folder().path, `counts-${DAY}.ndjson`), '{"daily":{"runs":2}}\n');
    scene.later(1440);
    scene.due("daily", { id: "00000000000000bb", day: DAY + 1, values: {} });
    await scene.run();
    expect(scene.opened().at(-1)?.text).toBe('{"r":2,"w":1}');
  });

  const withDue = CRASHES.filter(([name]) => name !== "after everything" && !name.includes("due report"));
  it.each(withDue)("%s, and finds a no, sends nothing; after a later yes there is one at most", async (_, filesAt) => {
    const moments = await sealedOnce();
    const files = filesAt(moments);
    const scene = await sceneWith(files);
    await scene.run({ environment: { LEFT_PAD_TELEMETRY: "off" } });
    expect([scene.names, scene.spooled()]).toEqual([[], []]);
    scene.due("daily", { id: "00000000000000bb", values: VALUES });
    const isReported = only(files, /state\.json$/).size > 0;
    expect(await delivered(scene)).toHaveLength(isReported ? 0 : 1);
  });
});

describe("what cannot be written", () => {
  it("the state: the frames wait for it, and no second ones are made", async () => {
    const { before } = await sealedOnce();
    const scene = await sceneWith(before);
    const path = join(scene.folder().path, "state.json");
    await mkdir(join(path, "in-the-way"), { recursive: true });
    expect(await scene.run()).toMatchObject({ sealed: 1, waiting: 3 });
    scene.later(60);
    expect(await scene.run()).toMatchObject({ sealed: 0, waiting: 3 });
    expect(scene.names).toEqual([]);
    await rm(path, { recursive: true });
    expect(await delivered(scene)).toHaveLength(1);
  });

  it("the spool: the report waits", async () => {
    const { before } = await sealedOnce();
    const scene = await sceneWith(before);
    await writeFile(scene.path("spool"), "");
    expect(await scene.run()).toMatchObject({ sealed: 0, waiting: 0 });
    await rm(scene.path("spool"));
    expect(await delivered(scene)).toHaveLength(1);
  });
});

it("a state folder that was copied elsewhere is nobody's there", async () => {
  const { before } = await sealedOnce();
  const scene = await sceneWith(before);
  const copy = await SenderScene.make();
  await copy.grant(DEFINITION);
  await cp(scene.state.path, copy.state.path, { recursive: true });
  expect(await copy.run({ binding: "fedcba9876543210" })).toMatchObject({ sealed: 0 });
});
