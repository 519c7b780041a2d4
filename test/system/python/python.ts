import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { definitionOf, type Outcome, type User } from "../client/user.ts";
import { Program } from "../network/program.ts";

/** Debian's: another one that is first on the PATH has no PyNaCl. */
export const PYTHON = "/usr/bin/python3";

/** The example as it stands in the repository. */
export const EXAMPLE = fileURLToPath(new URL("../../../examples/python", import.meta.url));

const SOURCES = join(EXAMPLE, "src");
const PROGRAM = fileURLToPath(new URL("program.py", import.meta.url));

/** By what the sender's process is known. */
const SENDER = "sotto_client.sender.main";

/** The Python program's project. Another one's than the Node program's. */
export const PROJECT = "right-pad";

/** Where Python finds the client. It writes nothing beside the sources, which are compiled once by {@link compileSources}. */
export const PYTHON_ENVIRONMENT = { PYTHONPATH: SOURCES, PYTHONDONTWRITEBYTECODE: "1" };

/** Has Python compile the client, as installing it does. */
export function compileSources(): void {
  execFileSync(PYTHON, ["-m", "compileall", "-q", SOURCES]);
}

/** A program in Python that embeds the client, of a user who may have others. */
export class PythonProgram {
  /** Its `sotto.json`. */
  readonly definition: string;
  readonly #user: User;

  private constructor(user: User, definition: string) {
    this.#user = user;
    this.definition = definition;
  }

  /** @param members of the definition. */
  static async of(user: User, members: Record<string, unknown> = {}): Promise<PythonProgram> {
    const definition = join(await temporaryFolder(), "sotto.json");
    await writeFile(definition, JSON.stringify(definitionOf({ project: PROJECT, ...members })));
    return new PythonProgram(user, definition);
  }

  /** All that it finds in its environment. */
  get environment(): Readonly<Record<string, string>> {
    return { ...this.#user.environment, ...PYTHON_ENVIRONMENT };
  }

  /** The command line of the program that does something. */
  argv(...acts: string[]): string[] {
    return [PYTHON, PROGRAM, this.definition, ...acts];
  }

  /** Starts it, with no terminal. */
  start(acts: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    return this.#started(this.argv(...acts), env);
  }

  /** Runs it to its end. */
  async run(acts: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return await outcomeOf(this.start(acts, env));
  }

  /** Runs `sotto-py`. */
  async command(...args: string[]): Promise<Outcome> {
    return await outcomeOf(this.#started([PYTHON, "-m", "sotto_client", ...args], {}));
  }

  /** Starts the sender's program itself. It becomes nobody's child: what ends is the process that started it. */
  startSender(env: Readonly<Record<string, string>> = {}): Program {
    return this.#started([PYTHON, "-c", `from ${SENDER} import main; main("/")`], env);
  }

  /** The user's senders that are Python's. */
  senders(): number[] {
    return this.#user.processes().filter((pid) => commandLine(pid).includes(SENDER));
  }

  #started(argv: readonly string[], env: Readonly<Record<string, string>>): Program {
    const program = new Program([], argv, { cwd: "/", env: { ...this.environment, ...env } });
    onTestFinished(() => program.kill("SIGKILL"));
    return program;
  }
}

async function outcomeOf(program: Program): Promise<Outcome> {
  const { code, signal } = await program.closed;
  return { code, signal, printed: program.output };
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has just ended.
    return "";
  }
}

/** The installation's folder of a project; a user has one binding here. */
export function installationFile(user: User, project: string, file: string): string {
  const root = join(user.state.path, "installations");
  const [binding = ""] = readdirSync(root);
  return join(root, binding, project, file);
}
