import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Program } from "../network/program.ts";
import type { Outcome } from "./user.ts";

/** What the kernel was asked for by a program and all that came of it, as strace prints it. */
export interface Watched extends Outcome {
  /** Every use of the network. */
  readonly network: readonly string[];
  /** Every process started, and every program run in one; threads are none. */
  readonly processes: readonly string[];
  /** Every attempt to change a file or folder, or to open one for writing, outside of /dev and /proc. */
  readonly writes: readonly string[];
}

const EVERYTHING = "%network,%process,%file,fchmod,fchown,ftruncate,fallocate,io_uring_setup";
const STARTS = "execve,execveat";

/** Far more than any argument of ours. */
const SHOWN_OCTETS = 4096;

const PROCESS = /^(fork|vfork|clone|clone3|execve|execveat)\(/;
const THREAD = /^clone3?\(.*\bCLONE_THREAD\b/;

/**
 * Through a ring a program reaches files and the network without any other call. libuv's for files has a thread of the
 * kernel, and is there if it is asked for; its others only say what epoll is to watch.
 */
const WITHOUT_RING = { UV_USE_IO_URING: "0" };

/** Node would write to its cache. */
const WITHOUT_CACHE = { NODE_DISABLE_COMPILE_CACHE: "1" };
const EPOLL_RING = /^io_uring_setup\((?!.*\bIORING_SETUP_SQPOLL\b)/;

/** What of the network, of processes and of files is asked for without a change to anything. */
const HARMLESS = new Set([
  ...["access", "faccessat", "faccessat2", "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs"],
  ...["readlink", "readlinkat", "getcwd", "chdir", "getxattr", "lgetxattr", "listxattr", "inotify_add_watch"],
  ...["exit", "exit_group", "wait4", "waitid", "kill", "tgkill", "tkill", "rt_sigqueueinfo", "pidfd_send_signal"],
  ...["pidfd_open", "getsockname", "getpeername", "getsockopt"],
]);

const NETWORK = new Set([
  ...["socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"],
  ...["sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg"],
  "io_uring_setup",
]);

const OPENING = new Set(["open", "openat", "openat2", "creat"]);
const FOR_WRITING = /\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE)\b|^creat\(/;
const ELSEWHERE = /^\w+\((AT_FDCWD, )?"\/(dev|proc)\//;

/** How a program is watched. */
export interface WatchOptions {
  /** A program that runs what watches, with its arguments. */
  readonly wrapper?: readonly string[];
  /** True to see only which programs are run, which slows them down less. */
  readonly onlyStarts?: boolean;
}

/**
 * Watches a program with all its threads and all processes that come of it, to the end of the last.
 *
 * @param argv the program, with its arguments.
 */
export async function watch(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { wrapper = [], onlyStarts = false }: WatchOptions = {},
): Promise<Watched> {
  const folder = await temporaryFolder();
  const trace = `trace=${onlyStarts ? STARTS : EVERYTHING}`;
  const flags = ["--follow-forks", "--output-separately", "--seccomp-bpf", "--quiet=all"];
  const strace = ["strace", ...flags, `--string-limit=${SHOWN_OCTETS}`, "-e", trace];
  const program = new Program([...wrapper, ...strace, "-o", join(folder, "calls"), "--"], argv, {
    cwd: "/",
    env: { ...env, ...(onlyStarts ? {} : { ...WITHOUT_RING, ...WITHOUT_CACHE }) },
  });
  const { code, signal } = await program.closed;
  const names = await readdir(folder);
  if (names.length === 0) throw new Error(`strace did not run: ${program.output}`);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const calls = texts.flatMap((text) => text.split("\n")).filter((line) => /^\w+\(/.test(line));
  const named = (line: string) => line.slice(0, line.indexOf("("));
  const isProcess = (line: string) => PROCESS.test(line);
  const isNetwork = (line: string) => NETWORK.has(named(line)) && !EPOLL_RING.test(line);
  const started = calls.filter((line) => isProcess(line) && !THREAD.test(line));
  const shown = `[${argv.map((argument) => JSON.stringify(argument)).join(", ")}]`;
  const own = started.findIndex((line) => line.startsWith("execve(") && line.includes(shown));
  if (own < 0) throw new Error(`strace saw no program: ${program.output}`);
  return {
    code,
    signal,
    printed: program.output,
    network: calls.filter(isNetwork),
    processes: started.toSpliced(own, 1),
    writes: calls.filter((line) => !isProcess(line) && !isNetwork(line) && isChange(line, named(line))),
  };
}

function isChange(line: string, name: string): boolean {
  if (OPENING.has(name)) return FOR_WRITING.test(line) && !ELSEWHERE.test(line);
  // What is not known to be harmless is not.
  return !HARMLESS.has(name) && !ELSEWHERE.test(line) && !EPOLL_RING.test(line);
}

/** In how many new processes Node ran a file. @param file the end of its path. */
export function timesRun({ processes }: Watched, file: string): number {
  return processes.filter((line) => /^execve\("[^"]*\/node"/.test(line) && line.includes(`${file}"`)).length;
}
