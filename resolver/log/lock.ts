import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, open, readdir, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../errors.ts";

const FILE_NAME = /^lock-[0-9a-f]{16}$/;

/** Octets of a socket's path that every system takes; longer ones go by the folder's descriptor. */
const MAX_PATH_OCTETS = 100;

/** What a holder says to whoever connects. */
const HELD = "held";

/** How long another starting server, or a holder that is stopped or busy, may take to say what it is. */
const PATIENCE_MILLISECONDS = 2000;

/**
 * The right to use a data folder, for one process at a time.
 *
 * Whoever wants it listens on a Unix socket of its own in the folder, and only then looks for others. One that takes a
 * connection is alive, whatever network namespace it is in; one that refuses is dead, and its socket, whose random name
 * nobody uses again, is deleted. Of two that start at once at least one sees the other; the lower name waits for the
 * higher to have taken the lock or to be gone, the higher gives up. Nothing of it depends on process ids.
 */
export class FolderLock {
  readonly #server: Server;
  readonly #folder: FileHandle;
  readonly #open: Set<Socket>;

  private constructor(server: Server, folder: FileHandle, sockets: Set<Socket>) {
    this.#server = server;
    this.#folder = folder;
    this.#open = sockets;
  }

  /** @throws StoreError `SOTTO_STORE_LOCKED` when a living process has the folder; the system's error. */
  static async acquire(folder: string): Promise<FolderLock> {
    const own = `lock-${randomBytes(8).toString("hex")}`;
    const handle = await open(folder, "r");
    const sockets = new Set<Socket>();
    let held = false;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
      if (held) socket.end(HELD);
    });
    const lock = new FolderLock(server, handle, sockets);
    try {
      server.listen(reachable(folder, handle, own));
      await once(server, "listening");
      const others = (await readdir(folder)).filter((name) => FILE_NAME.test(name) && name !== own);
      for (const other of others) await lock.#outlive(folder, own, other);
    } catch (error) {
      await lock.release();
      throw error;
    }
    held = true;
    for (const socket of sockets) socket.end(HELD);
    server.unref();
    return lock;
  }

  /** Gives the folder free; the socket's file goes with it. */
  async release(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, "close");
    }
    await this.#folder.close();
  }

  async #outlive(folder: string, own: string, other: string): Promise<void> {
    const state = await stateOf(reachable(folder, this.#folder, other), own < other);
    if (state === "alive") {
      throw new StoreError("SOTTO_STORE_LOCKED", `the data folder is in use by another server: ${folder}`);
    }
    if (state === "dead") await unlink(join(folder, other)).catch(() => {});
  }
}

/** @param wait whether one that has not decided yet is waited for. */
async function stateOf(path: string, wait: boolean): Promise<"alive" | "dead" | "gone"> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    if (!wait) return "alive";
    const patience = new AbortController();
    try {
      return await Promise.race([
        once(socket, "data").then(() => "alive" as const),
        once(socket, "close").then(() => "gone" as const),
        sleep(PATIENCE_MILLISECONDS, "alive" as const, { signal: patience.signal }),
      ]);
    } finally {
      patience.abort();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "gone";
    return code === "ECONNREFUSED" ? "dead" : "alive";
  } finally {
    socket.on("error", () => {});
    socket.destroy();
  }
}

/** A path to a socket that is short enough, by way of the folder's descriptor where there is /proc. */
function reachable(folder: string, { fd }: FileHandle, name: string): string {
  const path = join(folder, name);
  return Buffer.byteLength(path) <= MAX_PATH_OCTETS || process.platform !== "linux"
    ? path
    : `/proc/self/fd/${fd}/${name}`;
}
