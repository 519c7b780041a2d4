import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Collection,
  DAY_SECONDS,
  dateOfDay,
  dayOf,
  dayOfDate,
  encodePublicKey,
  generateKeyPair,
  parseCollection,
  systemRandom,
  weekOf,
  weekStart,
} from "@sotto/wire";
import { fieldHashes } from "../consent/fieldhash.ts";
import { withDenial, withGrant } from "../consent/record.ts";
import { changeConsent } from "../consent/store.ts";
import { systemBinding } from "../installation/folder.ts";
import type { Runner } from "../report/values.ts";
import { runSender } from "../sender/sender.ts";
import type { JsonObject } from "../state/file.ts";
import { type Place, placesOf } from "../state/paths.ts";
import { openTelemetry } from "../telemetry/running.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { World } from "../telemetry/world.ts";
import { Catcher, type CaughtReport } from "./catcher.ts";

/** Names and addresses that nobody has (RFC 6761, RFC 2544); nothing is looked up anyway. */
const ZONE = "r.invalid";
const ACK = "198.18.0.7";

/** A flush sends four names at most, and the next comes ten minutes later: enough for all that one test counts. */
const MAX_FLUSHES = 100;
const FLUSH_GAP_MILLISECONDS = 16 * 60_000;

/** What a test says of the user and the machine. */
export interface TestSurroundings {
  /** The day on which the test begins, `2026-11-23`; noon UTC. */
  readonly day: string;
  /** What the user decided; `granted` unless it says otherwise. */
  readonly consent?: "granted" | "denied" | "unset";
  /** Environment variables that the client sees; none of the process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Who runs the program; a person at a terminal, unless it says otherwise. */
  readonly runner?: Exclude<Runner, "container">;
}

/** A report that the program sent, as its project would read it. */
export interface SentReport {
  /** The day of the run, `2026-11-23`. */
  readonly day: string;
  /** What was sent, by the wire keys of the definition. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same as text, octet for octet. */
  readonly text: string;
}

/**
 * Telemetry for a program's own tests: the real client, with files in a temporary folder, a clock that the test sets, and
 * a resolver in memory. Nothing leaves the process, no process is started, nobody is asked, and the user's own decision and
 * state are not looked at.
 */
export class TestTelemetry {
  readonly #home: string;
  readonly #program: { readonly raw: JsonObject; readonly collection: Collection };
  readonly #catcher: Catcher;
  readonly #world: World;
  #now: number;

  private constructor(home: string, raw: JsonObject, surroundings: TestSurroundings) {
    const { day, environment = {}, runner = "terminal" } = surroundings;
    this.#home = home;
    this.#now = (dayOfDate(day) ?? Number.NaN) * DAY_SECONDS * 1000 + (DAY_SECONDS * 1000) / 2;
    const keyPair = generateKeyPair();
    this.#catcher = new Catcher(ZONE, ACK, keyPair);
    const from = dateOfDay(dayOf(weekStart(weekOf(dayOf(this.#now / 1000)))));
    const own = {
      ...raw,
      zones: [{ zone: ZONE, ack: [ACK], bits: 0 }],
      keys: [{ key: encodePublicKey(keyPair.publicKey), from }],
    };
    this.#program = { raw: own, collection: parseCollection(own) };
    this.#world = {
      places: { ...placesOf({ platform: "linux", environment: {}, home }), administrator: join(home, "policy.json") },
      environment,
      workingFolder: home,
      home,
      isCi: () => runner === "ci",
      clock: () => this.#now,
      random: systemRandom,
      surroundings: () => ({
        environment: { ...(runner === "ci" ? { CI: "true" } : {}), ...(runner === "agent" ? { AI_AGENT: "1" } : {}) },
        vendors: [],
        isTerminal: runner === "terminal",
        exists: () => false,
        read: () => null,
      }),
      platform: "linux-x64",
      terminal: null,
      caller: null,
      startSender: () => {},
      send: async () => {
        await this.#send();
      },
      complain: () => {},
    };
  }

  /**
   * Begins a test.
   *
   * @param definition the content of the program's `sotto.json`; its zones and keys are replaced.
   * @throws DefinitionError, unlike `open`: a test is where one wants to know.
   */
  static async begin(
    definition: Readonly<Record<string, unknown>>,
    surroundings: TestSurroundings,
  ): Promise<TestTelemetry> {
    const home = await mkdtemp(join(tmpdir(), "sotto-testing-"));
    try {
      const test = new TestTelemetry(home, JSON.parse(JSON.stringify(definition)), surroundings);
      await test.#decide(surroundings.consent ?? "granted");
      return test;
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens the telemetry as a run of the program does. */
  open(): Telemetry {
    return openTelemetry(this.#program, this.#world);
  }

  /** Lets days pass. @param days whole, 1 or more. */
  advance(days: number): void {
    this.#now += days * DAY_SECONDS * 1000;
  }

  /** Waits for the sender: has everything sent that waits, and gives what arrived since it was last asked. */
  async sent(): Promise<SentReport[]> {
    await this.#send();
    return this.#catcher.take().map(({ day, values, text }: CaughtReport) => ({ day: dateOfDay(day), values, text }));
  }

  /** Ends the test, and removes its folder. */
  async end(): Promise<void> {
    await rm(this.#home, { recursive: true, force: true });
  }

  async #decide(consent: "granted" | "denied" | "unset"): Promise<void> {
    const { collection } = this.#program;
    const { project } = collection;
    const day = dayOf(this.#now / 1000);
    if (consent === "unset") return;
    const fields = fieldHashes(collection);
    await changeConsent(this.#world.places.consent as Place, (record) =>
      consent === "granted" ? withGrant(record, project, { day, fields }) : withDenial(record, project, day),
    );
  }

  async #send(): Promise<void> {
    const { state } = this.#world.places;
    const binding = state === null ? null : systemBinding(state);
    if (binding === null) return;
    // The pace takes hours where a test counts much; its clock goes on alone.
    const now = this.#now;
    try {
      for (let flush = 0; flush < MAX_FLUSHES; flush++) {
        const outcome = await runSender({
          ...this.#world,
          binding,
          isCi: this.#world.isCi(),
          isInForeground: true,
          lookup: this.#catcher.lookup,
          lookupText: async () => [],
          sleep: async (milliseconds) => {
            this.#now += milliseconds;
          },
        });
        if (outcome.type !== "done" || outcome.waiting === 0) return;
        this.#now += FLUSH_GAP_MILLISECONDS;
      }
    } finally {
      this.#now = now;
    }
  }
}
