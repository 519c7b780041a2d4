import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCollection } from "@sotto/wire";
import { fieldHashes } from "../../../client/consent/fieldhash.ts";
import { withDenial, withGrant, withHostAnswer, withNotice } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";
import { writeDefinitionCopy } from "../../../client/installation/definitioncopy.ts";
import { installationOf } from "../../../client/installation/folder.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { makeFolder } from "../../../client/state/folder.ts";
import { type Place, placesOf } from "../../../client/state/paths.ts";
import { openTelemetry } from "../../../client/telemetry/running.ts";
import type { Begun, Telemetry } from "../../../client/telemetry/telemetry.ts";
import type { World } from "../../../client/telemetry/world.ts";
import { openUsual } from "../../../client/usual/run.ts";
import type { UsualWorld } from "../../../client/usual/usualrun.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { seeded } from "../report/randomness.ts";

/** 2026-11-23, a Monday. */
export const MONDAY = 20_780;

const DAY = 86_400_000;

/** A `sotto.json` with a report that the program must say, one that it need not, and one of counters. */
export const DEFINITION = {
  sotto: 1,
  project: "left-pad",
  zones: [{ zone: "r.example.net", ack: ["198.18.0.7"], bits: 0 }],
  keys: [],
  reports: {
    weekly: {
      window: "week",
      description: "x",
      fields: {
        python: rawField("p", "version"),
        command: rawField("c", "choice", { values: ["build", "test"] }),
        size: rawField("s", "bucket", { bounds: [10, 100] }),
        tty: rawField("t", "boolean"),
      },
    },
    daily: { window: "day", description: "x", fields: { who: rawField("u", "runner") } },
    counts: {
      window: "week",
      description: "x",
      fields: {
        runs: rawField("r", "counter", { max: 1000 }),
        errors: rawField("e", "counter", { max: 50, values: ["E_IO", "E_NET"] }),
      },
    },
  },
} as unknown as JsonObject;

/** A user's machine, as a program finds it in its runs. */
export class Machine {
  readonly home: string;
  /** Milliseconds since 1970-01-01 UTC. */
  now = MONDAY * DAY + DAY / 2;
  environment: Record<string, string> = {};
  isCi = false;
  workingFolder: string;
  readonly #random = seeded("telemetry");
  /** Where senders were told that the program was. */
  readonly started: (string | null)[] = [];
  /** What was printed for whoever asked for `debug`. */
  printed = "";

  private constructor(home: string) {
    this.home = home;
    this.workingFolder = home;
  }

  static async make(): Promise<Machine> {
    return new Machine(await temporaryFolder());
  }

  get world(): World {
    const places = placesOf({ platform: "linux", environment: {}, home: this.home });
    return {
      places: { ...places, administrator: join(this.home, "etc", "policy.json") },
      environment: this.environment,
      workingFolder: this.workingFolder,
      home: this.home,
      isCi: () => this.isCi,
      clock: () => this.now,
      random: this.#random,
      surroundings: () => ({
        environment: this.environment,
        vendors: [],
        isTerminal: true,
        exists: () => false,
        read: () => null,
      }),
      platform: "linux-x64",
      terminal: null,
      caller: null,
      startSender: (workingFolder) => this.started.push(workingFolder),
      send: async () => {},
      complain: (text) => {
        this.printed += text;
      },
    };
  }

  get consent(): Place {
    return this.world.places.consent as Place;
  }

  get state(): string {
    return join(this.home, ".local", "state", "sotto");
  }

  /** A run of the program: opens, does something, and closes. */
  async run(work: (telemetry: Telemetry) => void = () => {}, definition: JsonObject = DEFINITION): Promise<void> {
    const telemetry = this.open(definition);
    work(telemetry);
    await telemetry.close();
  }

  open(definition: JsonObject = DEFINITION): Telemetry {
    return openAsProgram(this.world, definition);
  }

  async grant(definition: JsonObject = DEFINITION): Promise<void> {
    const collection = parseCollection(definition);
    const told = { day: MONDAY, fields: fieldHashes(collection) };
    await changeConsent(this.consent, (record) => withGrant(record, collection.project, told));
  }

  /** A yes for the host, of which a notice was shown; or the notice alone. */
  async grantToAll(definition: JsonObject, what: "host" | "notice"): Promise<void> {
    const collection = parseCollection(definition);
    const told = { day: MONDAY, fields: fieldHashes(collection) };
    await changeConsent(this.consent, (record) => {
      const noticed = withNotice(record, collection.project, told);
      return what === "host" ? withHostAnswer(noticed, "granted", MONDAY) : noticed;
    });
  }

  /** Keeps a copy of the definition, as an earlier run does. */
  async keepCopy(definition: JsonObject, stopped: number | null): Promise<void> {
    const { state } = this.world.places;
    await makeFolder(state as Place);
    const folder = installationOf(state, "left-pad") as Place;
    writeDefinitionCopy(folder, { definition, fields: fieldHashes(parseCollection(definition)), stopped });
  }

  async deny(project = "left-pad"): Promise<void> {
    await changeConsent(this.consent, (record) => withDenial(record, project, MONDAY));
  }

  async denyAll(): Promise<void> {
    await changeConsent(this.consent, (record) => withHostAnswer(record, "denied", MONDAY));
  }

  later(days: number): void {
    this.now += days * DAY;
  }

  /** Everything below home, without what says who decided. */
  files(): string[] {
    return filesIn(this.home).filter((path) => !path.startsWith(".config/"));
  }

  /** The installation's files and what they hold. */
  installation(project = "left-pad"): Record<string, string> {
    const root = join(this.state, "installations");
    const [binding = ""] = namesIn(root);
    const folder = join(root, binding, project);
    return Object.fromEntries(namesIn(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  }

  /** The reports that are due, as their files say. */
  due(): Record<string, { id: string; day: number; runner: string; values: Raw; session: string | null }> {
    return Object.fromEntries(
      Object.entries(this.installation()).flatMap(([name, text]) => {
        const report = /^due-(.*)\.json$/.exec(name)?.[1];
        return report === undefined ? [] : [[report, JSON.parse(text)]];
      }),
    );
  }
}

/** As `open` does: by what a usual run needs, and by the whole client where it is none. */
export function openAsProgram(world: World, raw: JsonObject, onWhole = () => {}): Telemetry {
  const openWhole = (begun?: Begun) => {
    onWhole();
    return openTelemetry({ raw, collection: parseCollection(raw) }, world, undefined, begun);
  };
  try {
    return openUsual(usualWorld(world), raw, openWhole);
  } catch {
    return openWhole();
  }
}

/** A world as a usual run sees it. */
export function usualWorld({ places, isCi, ...world }: World): UsualWorld {
  const isOnTerminal = () => world.terminal !== null;
  return {
    ...world,
    places: {
      state: places.state?.path as string,
      consent: places.consent?.path as string,
      administrator: places.administrator,
    },
    mayBeCi: isCi,
    mayBeOnTerminal: isOnTerminal,
    isOnTerminal,
  };
}

/** Paths of files and folders below a folder. */
export function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
