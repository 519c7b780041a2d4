import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Exit, Program, type ProgramOptions } from "./program.ts";

export interface InsideOptions extends ProgramOptions {
  /** The one name server in this command's /etc/resolv.conf. Without it the machine's own file, of no use in here. */
  readonly nameserver?: string;
}

export interface RunOptions extends InsideOptions {
  readonly timeoutMs?: number;
}

export interface RunResult extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

const PREFIX = "sotto-system";
const ABANDONABLE = new RegExp(`^${PREFIX}-([0-9]+)-`);
/** Where iproute2 keeps its handles of namespaces, and the files it mounts over /etc for each. */
const HANDLES = "/var/run/netns";
const OVERLAYS = "/etc/netns";
const RUN_TIMEOUT_MS = 60_000;
/** What `run` keeps of each stream. */
const RUN_CHARACTERS = 16 * 1024 * 1024;

/**
 * A network of its own: one loopback interface (all of 127/8 works without further set-up) and no way out. Real
 * resolvers run here on port 53 without touching the machine's, and nothing they ask can leave.
 */
export class Namespace {
  readonly name: string;
  /** Scratch space; removed by `close`. */
  readonly directory: string;
  readonly #programs = new Set<Program>();
  /** Handles of this namespace by the name server their commands see. */
  readonly #handles = new Map<string, string>();

  private constructor(name: string) {
    this.name = name;
    this.directory = scratch(name);
    mkdirSync(this.directory, { mode: 0o700 });
  }

  /** Needs root. The name holds our pid, so that a later run can tell what a killed one left behind. */
  static create(label: string = "net"): Namespace {
    removeAbandoned();
    const name = `${PREFIX}-${process.pid}-${label}-${randomBytes(3).toString("hex")}`;
    must("ip", "netns", "add", name);
    const namespace = new Namespace(name);
    must("ip", "-n", name, "link", "set", "lo", "up");
    return namespace;
  }

  /** A fresh directory below `directory`, for one daemon's configuration and cache. */
  makeDirectory(label: string): string {
    return mkdtempSync(join(this.directory, `${label}-`));
  }

  /**
   * Gives the loopback interface one more IPv4 address; throws if it has it already. All of 127/8 answers without, but
   * programs that walk the list of interfaces, as named does, see no other 127.x.y.z than those added here.
   */
  addAddress(address: string): void {
    must("ip", "-n", this.name, "address", "add", `${address}/32`, "dev", "lo");
  }

  removeAddress(address: string): void {
    must("ip", "-n", this.name, "address", "delete", `${address}/32`, "dev", "lo");
  }

  /**
   * Starts a program inside. Both wrappers replace themselves by it, so `pid` is the program's own; and it gets SIGTERM
   * when the thread that called this is gone, so that a killed test run leaves few daemons behind (dnsmasq stays: a
   * change of capabilities revokes the order; the next `create` ends it).
   */
  spawn(argv: readonly string[], options: InsideOptions = {}): Program {
    const handle = options.nameserver === undefined ? this.name : this.#handleFor(options.nameserver);
    const wrapper = ["ip", "netns", "exec", handle, "setpriv", "--pdeathsig", "TERM", "--"];
    const program = new Program(wrapper, argv, options);
    this.#programs.add(program);
    void program.exited.then(() => this.#programs.delete(program));
    return program;
  }

  /** Runs a program inside to its end, whatever its status; throws only if it takes too long. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const timeoutMs = options.timeoutMs ?? RUN_TIMEOUT_MS;
    const program = this.spawn(argv, { keep: RUN_CHARACTERS, ...options });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      program.kill("SIGKILL");
      // A grandchild that holds the pipes must not hold us.
      program.child.stdout?.destroy();
      program.child.stderr?.destroy();
    }, timeoutMs);
    const exit = await program.closed;
    clearTimeout(timer);
    if (late) throw new Error(`${argv.join(" ")}: not done after ${timeoutMs} ms; it printed: ${program.output}`);
    return { ...exit, stdout: program.stdout, stderr: program.stderr };
  }

  /** Stops everything inside, detached grandchildren included, then removes the namespace and every file of it. */
  async close(): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.stop()));
    killStrays(this.name);
    for (const handle of [...this.#handles.values(), this.name]) removeHandle(handle);
    this.#handles.clear();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /**
   * `ip netns exec` mounts the files of /etc/netns/HANDLE over /etc, privately for that command. One more handle of the
   * same namespace for each name server lets commands with different resolvers run at the same time.
   */
  #handleFor(nameserver: string): string {
    const known = this.#handles.get(nameserver);
    if (known !== undefined) return known;
    const handle = `${this.name}-${nameserver.replaceAll(/[.:]/g, "-")}`;
    writeFileSync(join(HANDLES, handle), "", { flag: "wx", mode: 0 });
    this.#handles.set(nameserver, handle);
    must("mount", "--bind", join(HANDLES, this.name), join(HANDLES, handle));
    const overlay = join(OVERLAYS, handle);
    mkdirSync(overlay, { recursive: true });
    writeFileSync(join(overlay, "resolv.conf"), `nameserver ${nameserver}\n`);
    // Machines with systemd-resolved or mDNS would ask somebody else first.
    writeFileSync(join(overlay, "nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
    return handle;
  }
}

function must(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}

function removeHandle(handle: string): void {
  spawnSync("ip", ["netns", "del", handle]);
  rmSync(join(OVERLAYS, handle), { recursive: true, force: true });
  try {
    rmdirSync(OVERLAYS);
  } catch {
    // Somebody else's files are in it, or it never was.
  }
}

/** Whatever runs in a namespace of ours was started by us, or by what we started. */
function killStrays(namespace: string): void {
  const { stdout } = spawnSync("ip", ["netns", "pids", namespace], { encoding: "utf8" });
  for (const pid of (stdout ?? "").split("\n").filter((line) => line !== "")) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
  }
}

/** Namespaces outlive a creator that was killed: the next one cleans up after it. */
function removeAbandoned(): void {
  for (const handle of handles()) {
    const pid = ABANDONABLE.exec(handle)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    killStrays(handle);
    removeHandle(handle);
    rmSync(scratch(handle), { recursive: true, force: true });
  }
}

function scratch(name: string): string {
  return join(tmpdir(), name);
}

function handles(): string[] {
  try {
    return readdirSync(HANDLES);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
