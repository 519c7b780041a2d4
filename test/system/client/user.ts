import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { dateOfDay, dayOf, encodePublicKey, generateKeyPair, parseCollection, weekOf, weekStart } from "@sotto/wire";
import { onTestFinished, vi } from "vitest";
import { fieldHashes } from "../../../client/consent/fieldhash.ts";
import { withDenial, withGrant } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { type Place, placesOf } from "../../../client/state/paths.ts";
import { compiled } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { Program } from "../network/program.ts";
import { BITS, ZONE } from "./road.ts";

const PROGRAM = fileURLToPath(new URL("program.ts", import.meta.url));
const SENDER = fileURLToPath(new URL("../../../client/sender/main.ts", import.meta.url));

export const TODAY = dayOf(Date.now() / 1000);

/** The project's key of this week. */
export const KEY = generateKeyPair((length) => new Uint8Array(length).fill(1));

/** What the program says in its weekly report, and what goes over the wire. */
export const WEEKLY = 'report=weekly:{"python":"3.12.1"}';
export const WEEKLY_TEXT = '{"p":"3.12.1"}';

/** A grant by environment in a job of CI: nobody is asked, and the sender does not wait. */
export const GRANTED = { CI: "true", SOTTO_TELEMETRY: "on" };

/** A `sotto.json` of today: a report that the program says, and counters. */
export function definitionOf(members: Raw = {}): Raw {
  const expires = dateOfDay(TODAY + 300);
  return {
    sotto: 1,
    project: "left-pad",
    zones: [{ zone: ZONE, ack: ["198.18.0.7"], bits: BITS }],
    keys: [{ key: encodePublicKey(KEY.publicKey), from: dateOfDay(weekStart(weekOf(TODAY)) / 86_400) }],
    ciSample: 1,
    reports: {
      weekly: {
        window: "week",
        description: "Which Python it runs on.",
        fields: { python: rawField("p", "version", { expires, description: "The version of Python." }) },
      },
      counts: {
        window: "week",
        description: "How often it runs.",
        fields: { runs: rawField("r", "counter", { expires, max: 1000, description: "How often it runs." }) },
      },
    },
    ...members,
  };
}

/** A user with a home of their own on this machine, and a program that embeds the client. */
export class User {
  readonly home: string;
  /** The program's `sotto.json`. */
  readonly definition: string;
  /** All that the program finds in its environment. */
  environment: Readonly<Record<string, string>>;

  private constructor(home: string, definition: string) {
    this.home = home;
    this.definition = definition;
    this.environment = { PATH: process.env.PATH ?? "", HOME: home, ...compiled() };
  }

  /**
   * @param members of the definition.
   * @param parent of the home, which is made in it.
   */
  static async make(members: Raw = {}, parent?: string): Promise<User> {
    const folder = await temporaryFolder();
    const home = join(parent ?? folder, "home");
    await mkdir(home);
    const user = new User(home, join(folder, "sotto.json"));
    await user.define(members);
    // Senders are nobody's children.
    onTestFinished(() => user.endProcesses());
    return user;
  }

  /** The project's next release has another definition. */
  async define(members: Raw): Promise<void> {
    await writeFile(this.definition, JSON.stringify(definitionOf(members)));
  }

  /** The command line of the program that does something. */
  argv(...acts: string[]): string[] {
    return [process.execPath, "--conditions=sotto-source", PROGRAM, this.definition, ...acts];
  }

  /** Starts the program, with no terminal. */
  start(acts: readonly string[], { env = {}, wrapper = [] }: RunOptions = {}): Program {
    const program = new Program(wrapper, this.argv(...acts), {
      cwd: "/",
      env: { ...this.environment, ...env },
    });
    onTestFinished(() => program.kill("SIGKILL"));
    return program;
  }

  /** Runs the program to its end. */
  async run(acts: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const program = this.start(acts, options);
    const { code, signal } = await program.closed;
    return { code, signal, printed: program.output };
  }

  /** Starts the sender's program itself. */
  startSender(env: Readonly<Record<string, string>> = {}): Program {
    const program = new Program([], [process.execPath, "--conditions=sotto-source", SENDER, "/"], {
      cwd: "/",
      env: { ...this.environment, ...env },
    });
    onTestFinished(() => program.kill("SIGKILL"));
    return program;
  }

  /** Runs it to its end. */
  async runSender(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const program = this.startSender(env);
    const { code, signal } = await program.closed;
    return { code, signal, printed: program.output };
  }

  get state(): Place {
    return placesOf({ platform: "linux", environment: {}, home: this.home }).state as Place;
  }

  get consent(): Place {
    return placesOf({ platform: "linux", environment: {}, home: this.home }).consent as Place;
  }

  /** What is recorded of the project's decision; null when there is no file. */
  decision(): JsonObject | null {
    try {
      return JSON.parse(readFileSync(this.consent.path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  async grant(): Promise<void> {
    const collection = parseCollection(JSON.parse(await readFile(this.definition, "utf8")));
    const told = { day: TODAY, fields: fieldHashes(collection) };
    await changeConsent(this.consent, (record) => withGrant(record, collection.project, told));
  }

  async deny(): Promise<void> {
    await changeConsent(this.consent, (record) => withDenial(record, "left-pad", TODAY));
  }

  /** Everything below home, as paths from there. */
  files(): string[] {
    return (readdirSync(this.home, { recursive: true }) as string[]).sort();
  }

  /** The state's files, without what tells the installation's binding. */
  stateFiles(): string[] {
    const { path } = this.state;
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)))
      .map((file) => file.replace(/^installations\/[0-9a-f]{16}\//, "").replace(/[0-9a-f]{64}/, "HASH"))
      .sort();
  }

  /** The paths of the state's files whose path from there fits. */
  async find(pattern: RegExp): Promise<string[]> {
    const names = await readdir(this.state.path, { recursive: true }).catch(() => []);
    return names
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => join(this.state.path, name));
  }

  /** The content of the one such file. */
  async read(pattern: RegExp): Promise<JsonObject> {
    const [path, ...others] = await this.find(pattern);
    if (path === undefined || others.length > 0) throw new Error(`not one file fits ${pattern}: ${[path, ...others]}`);
    return JSON.parse(await readFile(path, "utf8"));
  }

  /** The user's processes: whose home it is. */
  processes(): number[] {
    return readdirSync("/proc").flatMap((name) => {
      const variables = /^\d+$/.test(name) ? procFile(name, "environ") : [];
      return variables.includes(`HOME=${this.home}`) ? [Number(name)] : [];
    });
  }

  senders(): number[] {
    return this.processes().filter((pid) => procFile(String(pid), "cmdline").includes(SENDER));
  }

  /** Waits until no process of the user is left. */
  async quiet(): Promise<void> {
    // Twice, since a process may make another between the look at the list and the look at itself, and end.
    const isQuiet = () => this.processes().length === 0 && this.processes().length === 0;
    await vi.waitUntil(isQuiet, { timeout: 60_000, interval: 20 });
  }

  endProcesses(): void {
    for (const pid of this.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has just ended.
      }
    }
  }

  /** Lets time pass: what the state's files say of minutes, and their own times, become earlier. */
  async later(minutes: number): Promise<void> {
    const before = Date.now() / 1000 - minutes * 60;
    for (const path of await this.find(/./)) {
      if (!statSync(path).isFile()) continue;
      const text = path.endsWith(".json") ? await readFile(path, "utf8") : "";
      const members = /"(minute|last|asked)": ?(\d+)/g;
      const aged = text.replace(members, (_, member, minute) => `"${member}":${Number(minute) - minutes}`);
      if (aged !== text) await writeFile(path, aged);
      await utimes(path, before, before);
    }
  }
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A program that runs it, with its arguments. */
  readonly wrapper?: readonly string[];
}

/** How a program ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** On both streams. */
  readonly printed: string;
}

/** How a program ends that noticed nothing. */
export const UNTROUBLED: Outcome = { code: 0, signal: null, printed: "" };

/** The strings that a file of /proc lists; none when the process is gone. */
function procFile(pid: string, name: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
  } catch {
    return [];
  }
}
