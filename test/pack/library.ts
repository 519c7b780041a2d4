import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Milliseconds for a sender to start, seal and ask; it takes one or two seconds. */
const SENDER_PATIENCE = 30_000;

const PROGRAM = `
import { open } from "@sotto/client";
const telemetry = await open(new URL("./sotto.json", import.meta.url));
telemetry.count("runs");
telemetry.report("daily", { command: "build" });
await telemetry.close();
console.log("done");
`;

/** What a field of a definition has besides its kind. */
const FIELD = { description: "x", reason: "x", owner: "x", expires: "2099-01-01" };

/** The key is that of the test vectors. In CI a sender does not wait, and with a share of 1 each job reports. */
const DEFINITION = {
  sotto: 1,
  project: "stranger",
  zones: [{ zone: "r.example.net", bits: 6 }],
  keys: [
    {
      key: "sotto1p74xsnkj3pnmjl62dgk7uh0ce6t5ua4hqx8r7g4pcn8jv7zhpusqaajx9x",
      from: "2020-01-06",
      until: "2099-01-05",
    },
  ],
  ciSample: 1,
  reports: {
    daily: {
      window: "day",
      description: "x",
      fields: { command: { ...FIELD, key: "c", kind: "choice", values: ["build"] } },
    },
    counts: {
      window: "week",
      description: "x",
      fields: { runs: { ...FIELD, key: "n", kind: "counter", max: 100 } },
    },
  },
};

/** What became of a program that uses the installed library. */
export interface LibraryRun {
  /** Null when all is as it should be. */
  readonly problem: string | null;
}

/**
 * Runs a program that opens, counts, reports and closes, in a home of its own, and looks at what it left.
 *
 * @param folder where the packages are installed.
 */
export function runLibrary(folder: string, node: string): LibraryRun {
  const home = prepare(folder);
  try {
    // A sender that lives already: this run's report stays where it is.
    mkdirSync(stateOf(home), { recursive: true, mode: 0o700 });
    writeFileSync(join(stateOf(home), "sender.lock"), "");
    const { stdout, stderr } = spawnSync(node, ["program.js"], { cwd: folder, encoding: "utf8", env: granted(home) });
    if (stdout !== "done\n" || stderr !== "") return { problem: `it printed ${JSON.stringify(stdout + stderr)}` };
    const names = filesIn(home);
    const expected = [/^counts-\d{5}\.ndjson$/, /^definition\.json$/, /^due-daily\.json$/];
    const isAsExpected = names.length === expected.length && expected.every((name, i) => name.test(names[i] ?? ""));
    return { problem: isAsExpected ? null : `it left ${names.join(", ")}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Runs it where a sender is started, which seals the report and asks a name server of ours. */
export async function runSender(folder: string, node: string): Promise<LibraryRun> {
  const home = prepare(folder);
  const server = createSocket("udp4");
  try {
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    const query = once(server, "message", { signal: AbortSignal.timeout(SENDER_PATIENCE) });
    const env = { ...granted(home), CI: "true", SOTTO_SERVER: `127.0.0.1:${server.address().port}` };
    const child = spawn(node, ["program.js"], { cwd: folder, env, stdio: "ignore" });
    await once(child, "exit");
    const [message] = (await query) as [Buffer];
    const isOurs = message.includes("\x07example\x03net\x00", 0, "latin1");
    return { problem: isOurs ? null : "it asked for another name" };
  } catch (error) {
    return { problem: `no query came: ${(error as Error).message}; there are ${filesIn(home).join(", ")}` };
  } finally {
    server.close();
    endSenders(folder);
    rmSync(home, { recursive: true, force: true });
  }
}

function prepare(folder: string): string {
  writeFileSync(join(folder, "sotto.json"), JSON.stringify(DEFINITION));
  writeFileSync(join(folder, "program.js"), PROGRAM);
  return mkdtempSync(join(folder, "home-"));
}

function granted(home: string): Record<string, string> {
  return { HOME: home, SOTTO_TELEMETRY: "on" };
}

function stateOf(home: string): string {
  return join(home, ".local", "state", "sotto");
}

/** Names of the files of the program's installation. */
function filesIn(home: string): string[] {
  const names = readdirSync(stateOf(home), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.includes("stranger/"))
    .map((name) => name.replace(/^.*\//, ""))
    .sort();
}

/** Ends the senders of the packages in this folder, and no other process. */
export function endSenders(folder: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(join(folder, "node_modules", "@sotto", "client"))) {
        process.kill(Number(pid), "SIGKILL");
      }
    } catch {
      // It has ended meanwhile.
    }
  }
}
