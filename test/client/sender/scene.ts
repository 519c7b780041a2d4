import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeName,
  encodePublicKey,
  generateKeyPair,
  type KeyPair,
  openFrame,
  type Part,
  parseDefinition,
  readBody,
} from "@sotto/wire";
import { fieldHashes } from "../../../client/consent/fieldhash.ts";
import { withDenial, withGrant } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";
import { writeDefinitionCopy } from "../../../client/installation/definitioncopy.ts";
import { type DueReport, makeDue } from "../../../client/installation/due.ts";
import { installationPlace } from "../../../client/installation/folder.ts";
import type { Answer } from "../../../client/lookup.ts";
import { runSender, type SenderOutcome } from "../../../client/sender/sender.ts";
import type { SenderWorld } from "../../../client/sender/world.ts";
import { listSpool } from "../../../client/spool/folder.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { type Place, placesOf } from "../../../client/state/paths.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { seeded } from "../report/randomness.ts";

/** 2026-11-23, a Monday, and its noon in minutes since 1970-01-01 UTC. */
export const DAY = 20_780;
export const NOON = DAY * 1440 + 720;

export const ZONE = "r.example.net";
export const OTHER_ZONE = "r.example.org";
export const ACK: Answer = { type: "addresses", addresses: ["198.18.0.7"] };
export const NAK: Answer = { type: "addresses", addresses: ["198.18.0.8"] };
export const NOT_FOUND: Answer = { type: "not-found" };
export const SILENT: Answer = { type: "failed", reason: "EAI_AGAIN" };

/** Of the week of {@link DAY}, and of those after it. */
export const KEYS = [1, 2].map((octet) => generateKeyPair((length) => new Uint8Array(length).fill(octet)));

/** Reports of which one has no counters and one has. */
export const REPORTS: Raw = {
  weekly: {
    window: "week",
    description: "x",
    fields: { python: rawField("p", "version"), tty: rawField("t", "boolean"), age: rawField("a", "age") },
  },
  daily: {
    window: "day",
    description: "x",
    fields: {
      runs: rawField("r", "counter", { max: 1000 }),
      errors: rawField("e", "counter", { max: 50, values: ["E_IO"] }),
    },
  },
};

/** A `sotto.json`. */
export function definitionOf(members: Raw = {}): JsonObject {
  const [present, later] = KEYS.map(({ publicKey }) => encodePublicKey(publicKey));
  return {
    sotto: 1,
    project: "left-pad",
    zones: [
      { zone: ZONE, ack: ["198.18.0.7"], bits: 0 },
      { zone: OTHER_ZONE, ack: ["198.18.0.7"], bits: 0 },
    ],
    keys: [
      { key: present, from: "2026-11-23", until: "2026-11-30" },
      { key: later, from: "2026-11-30" },
    ],
    reports: REPORTS,
    ...members,
  } as JsonObject;
}

/** What a frame that was looked up turned out to be. */
export interface Opened {
  readonly name: string;
  readonly zone: string;
  readonly day: number;
  /** 0 or 1: which of {@link KEYS} opens it. */
  readonly key: number;
  readonly text: string;
  /** Null where a frame holds all of the text. */
  readonly part: Pick<Part, "index" | "count"> | null;
}

/** A user's machine, and a network in memory. */
export class SenderScene {
  readonly home: string;
  readonly world: SenderWorld;
  readonly state: Place;
  /** Milliseconds since 1970-01-01 UTC. */
  now = NOON * 60_000;
  /** What was looked up, addresses and TXT, in order. */
  readonly names: string[] = [];
  readonly times: number[] = [];
  readonly slept: number[] = [];
  answer: (name: string) => Answer | Promise<Answer> = () => ACK;
  /** The policy record at a name; none when null. */
  policy: (name: string) => string | null = () => null;
  /** Happens in each wait. */
  onSleep: () => void | Promise<void> = () => {};

  constructor(home: string) {
    this.home = home;
    const places = placesOf({ platform: "linux", environment: {}, home });
    this.state = places.state as Place;
    this.world = {
      places: { ...places, administrator: join(home, "policy.json") },
      binding: "0123456789abcdef",
      environment: {},
      workingFolder: home,
      home,
      clock: () => this.now,
      random: seeded("sender"),
      lookup: async (name) => {
        this.names.push(name);
        this.times.push(this.now);
        return await this.answer(name);
      },
      lookupText: async (name) => {
        this.names.push(name);
        const text = this.policy(name);
        return text === null ? [] : [[text]];
      },
      sleep: async (milliseconds) => {
        this.slept.push(milliseconds);
        this.now += milliseconds;
        await this.onSleep();
      },
      isCi: false,
      isInForeground: false,
    };
  }

  static async make(): Promise<SenderScene> {
    return new SenderScene(await temporaryFolder());
  }

  folder(project = "left-pad"): Place {
    return installationPlace(this.state, this.world.binding, project);
  }

  path(...parts: string[]): string {
    return join(this.state.path, ...parts);
  }

  /** What a granted program leaves at each of its runs. */
  install(definition: JsonObject = definitionOf()): void {
    const project = String(definition.project);
    const fields = fieldHashes(parseDefinition(JSON.stringify(definition)));
    writeDefinitionCopy(this.folder(project), { definition, fields, stopped: null });
  }

  async grant(definition: JsonObject = definitionOf()): Promise<void> {
    const fields = fieldHashes(parseDefinition(JSON.stringify(definition)));
    await this.decide((record) => withGrant(record, String(definition.project), { day: DAY, fields }));
  }

  async deny(project = "left-pad"): Promise<void> {
    await this.decide((record) => withDenial(record, project, DAY));
  }

  async decide(change: Parameters<typeof changeConsent>[1]): Promise<void> {
    const changed = await changeConsent(this.world.places.consent as Place, change);
    if (changed.type !== "changed") throw new Error(changed.reason);
  }

  /** A run whose report is due. */
  due(report = "weekly", changes: Partial<DueReport> = {}, project = "left-pad"): DueReport {
    const due: DueReport = {
      id: "00000000000000aa",
      day: DAY,
      runner: "terminal",
      platform: "linux-x64",
      session: null,
      values: { python: "3.12.1", tty: true },
      ...changes,
    };
    const made = makeDue(this.folder(project), report, due);
    if (made !== "made") throw new Error(made);
    return due;
  }

  /** One project, granted, with a due report. */
  static async withDue(report = "weekly", changes: Partial<DueReport> = {}): Promise<SenderScene> {
    const scene = await SenderScene.make();
    scene.install();
    await scene.grant();
    scene.due(report, changes);
    return scene;
  }

  async run(changes: Partial<SenderWorld> = {}): Promise<SenderOutcome> {
    return await runSender({ ...this.world, ...changes });
  }

  /** Lets time pass: seconds. */
  later(minutes: number): void {
    this.now += minutes * 60_000;
  }

  /** Names of reports that were looked up. */
  reports(): string[] {
    return this.names.filter((name) => !name.startsWith("_policy."));
  }

  opened(): Opened[] {
    return this.reports().map(open);
  }

  spooled() {
    return listSpool(this.state).entries;
  }

  async files(folder: string): Promise<string[]> {
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .toSorted();
  }
}

/** Opens what a name holds, as a decoder does. */
export function open(name: string): Opened {
  const zone = name.split(".").slice(3).join(".").replace(/\.$/, "");
  const frame = decodeName(name, zone);
  if (frame === null) throw new Error(`no name of a report: ${name}`);
  for (const [key, pair] of KEYS.entries()) {
    const block = openFrame(frame, pair as KeyPair);
    if (block === null) continue;
    const body = readBody(block);
    if (body.type === "unknown") throw new Error("no body");
    const octets = body.type === "whole" ? body.text : body.chunk;
    const part = body.type === "whole" ? null : { index: body.index, count: body.count };
    return { name, zone, day: block.day, key, text: Buffer.from(octets).toString(), part };
  }
  throw new Error("no key opens it");
}
