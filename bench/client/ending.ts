import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { median } from "../table.ts";

/** A program that still runs then is ended: nobody waits so long for a command line. Milliseconds. */
export const LONGEST_WAIT = 60_000;

/** A resolver that takes queries and never answers. */
export async function startSilentResolver(): Promise<{ readonly address: string; stop(): void }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, stop: () => socket.close() };
}

/** A web server that takes connections and never answers. */
export async function startSilentServer(): Promise<{ readonly url: string; stop(): void }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** A program that is ended beside others. */
export interface Ending {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Sees to it that each run finds the same. */
  readonly before?: () => void;
  readonly after?: () => void;
}

/** Runs programs in turn. @returns the median of each, infinity for what was longer than {@link LONGEST_WAIT}. */
export async function endings(rounds: number, programs: readonly Ending[]): Promise<number[]> {
  const taken = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { path, environment, before, after }] of programs.entries()) {
      before?.();
      taken[i]?.push((await measureEnding(path, environment)) ?? Number.POSITIVE_INFINITY);
      after?.();
    }
  }
  return taken.map(median);
}

/**
 * Milliseconds from the moment at which a program begins to end, which it prints, to the moment at which its process is
 * gone; null when it was not after {@link LONGEST_WAIT}.
 */
async function measureEnding(path: string, environment: Readonly<Record<string, string>>): Promise<number | null> {
  const child = spawn(process.execPath, [path], { env: environment, stdio: ["ignore", "pipe", "ignore"] });
  const overdue = setTimeout(() => child.kill("SIGKILL"), LONGEST_WAIT);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [, signal] = await once(child, "exit");
  const end = performance.timeOrigin + performance.now();
  clearTimeout(overdue);
  // The line may be behind the exit.
  if (!child.stdout.readableEnded) await once(child.stdout, "end");
  return signal === null ? end - Number(output) : null;
}
