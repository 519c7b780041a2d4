import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { encodePublicKey } from "@sotto/wire";
import { main } from "../../../client/cli.ts";
import type { Context } from "../../../client/commands/context.ts";
import { systemBinding } from "../../../client/installation/folder.ts";
import type { Answer } from "../../../client/lookup.ts";
import { runSender } from "../../../client/sender/sender.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import type { Place } from "../../../client/state/paths.ts";
import type { Terminal } from "../../../client/telemetry/question.ts";
import type { Telemetry } from "../../../client/telemetry/telemetry.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { ACK, KEYS } from "../sender/scene.ts";
import { filesIn, Machine } from "../telemetry/scene.ts";

/** A `sotto.json` by which frames can be sealed, with something of every sort in it. */
export function definitionOf(members: Raw = {}): JsonObject {
  const [key] = KEYS.map(({ publicKey }) => encodePublicKey(publicKey));
  return {
    sotto: 1,
    project: "left-pad",
    title: "Left Pad",
    zones: [{ zone: "r.example.net", ack: ["198.18.0.7"], bits: 0 }],
    keys: [{ key, from: "2026-11-23" }],
    reports: {
      weekly: {
        window: "week",
        description: "What is used.",
        fields: {
          python: rawField("p", "version", { description: "The version of Python." }),
          command: rawField("c", "choice", { values: ["build", "test"] }),
          size: rawField("s", "bucket", { bounds: [10, 100] }),
          tty: rawField("t", "boolean", { epsilon: 2, description: "Whether output goes to a terminal." }),
          old: rawField("o", "boolean", { expires: "2026-11-01" }),
        },
      },
      counts: {
        window: "week",
        description: "How often.",
        fields: {
          runs: rawField("r", "counter", { max: 1000, description: "How often it was run." }),
          errors: rawField("e", "counter", { max: 50, values: ["E_IO"] }),
        },
      },
    },
    ...members,
  } as JsonObject;
}

/** What a command came to. */
export interface Outcome {
  readonly exitCode: number;
  /** Of the error that ended it; null when it did its work. */
  readonly code: string | null;
  readonly message: string;
  /** Standard output and standard error. */
  readonly printed: string;
  readonly noted: string;
}

/** A person at a terminal who has typed already. */
export class TypingPerson implements Terminal {
  readonly #keyboard = new PassThrough();
  seen = "";
  readonly #screen = new Writable({
    write: (chunk, _encoding, done) => {
      this.seen += String(chunk);
      done();
    },
  });

  /** @param text all that is typed; then the input ends. */
  constructor(text: string) {
    this.#keyboard.end(text);
  }

  get input(): Terminal["input"] {
    return this.#keyboard as unknown as Terminal["input"];
  }

  get output(): Terminal["output"] {
    return this.#screen as unknown as Terminal["output"];
  }
}

/** A user with a machine, its programs, and `sotto-client`. */
export class User {
  readonly machine: Machine;
  /** A file with the project's definition. */
  readonly file: string;
  terminal: TypingPerson | null = null;
  /** Names that a resolver was asked for, as its log shows them. */
  readonly names: string[] = [];
  /** Happens in each wait of a command. */
  onSleep: () => void | Promise<void> = () => {};

  private constructor(machine: Machine) {
    this.machine = machine;
    this.file = join(machine.home, "sotto.json");
    writeFileSync(this.file, JSON.stringify(definitionOf()));
  }

  static async make(): Promise<User> {
    return new User(await Machine.make());
  }

  /** One whose program was allowed to report, has run, and has its reports sealed and sent. */
  static async withHistory(answer: Answer = ACK): Promise<User> {
    const user = await User.make();
    await user.machine.grant(definitionOf());
    await user.use();
    await user.send(answer);
    return user;
  }

  /** A run of the program. */
  async use(work: (telemetry: Telemetry) => void = sayEverything, definition = definitionOf()): Promise<void> {
    await this.machine.run(work, definition);
  }

  /** A run of the sender, in a network whose answers are all the same. */
  async send(answer: Answer = ACK): Promise<void> {
    const { world } = this.machine;
    const others = { isCi: false, isInForeground: true };
    await runSender({
      ...world,
      ...others,
      binding: systemBinding(this.state) ?? "",
      lookup: async (name) => {
        this.names.push(name);
        return answer;
      },
      lookupText: async () => [],
      sleep: async () => {},
    });
  }

  get state(): Place {
    return this.machine.world.places.state as Place;
  }

  /** A path in the state folder. */
  at(...names: string[]): string {
    return join(this.state.path, ...names);
  }

  /** Every file and folder below home but the definition. */
  files(): string[] {
    return filesIn(this.machine.home).filter((path) => path !== "sotto.json");
  }

  context(): { context: Context; outcome: () => Pick<Outcome, "printed" | "noted"> } {
    const printed: string[] = [];
    const noted: string[] = [];
    const context: Context = {
      world: async () => ({ ...this.machine.world, terminal: this.terminal }),
      own: null,
      print: (text) => void printed.push(text),
      note: (text) => void noted.push(text),
      sleep: async () => await this.onSleep(),
      failed: null,
    };
    return { context, outcome: () => ({ printed: printed.join("\n"), noted: noted.join("\n") }) };
  }

  /** Runs `sotto-client`. */
  async run(...argv: string[]): Promise<Outcome> {
    const { context, outcome } = this.context();
    const ended = await main(argv, context).then(
      (exitCode) => ({ exitCode, code: null, message: "" }),
      (error: Error & { code: string; exitCode?: number }) => {
        const isUsage = error.code.startsWith("commander.");
        return { exitCode: isUsage ? 2 : (error.exitCode ?? 1), code: error.code, message: error.message };
      },
    );
    return { ...ended, ...outcome() };
  }
}

/** What a program says in a run that goes well. */
export function sayEverything(telemetry: Telemetry): void {
  telemetry.count("runs");
  telemetry.count("errors", "E_IO", 2);
  telemetry.report("weekly", { python: "3.12.1", command: "build", size: 50, tty: true });
}
