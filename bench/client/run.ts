/**
 * What the client costs an application, beside two telemetry clients that users know, in one run: `npm run bench:client`.
 * It installs the packed client, and the peers from npm, into a temporary folder. Nothing leaves the machine: the peers'
 * servers and our resolver are sockets of this process.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endSenders } from "../../test/pack/library.ts";
import { figure, median, printTable } from "../table.ts";
import { endings, LONGEST_WAIT, startSilentResolver, startSilentServer } from "./ending.ts";
import { installPeer, installSotto, measureInstalled, PEERS } from "./installed.ts";
import { measureLoaded } from "./loaded.ts";
import {
  CRYPTO,
  EMPTY,
  POSTHOG,
  SEGMENT,
  SOTTO,
  SOTTO_STARTING,
  writeEmptyPackage,
  writeEnding,
  writeProgram,
} from "./programs.ts";
import { addedTo, type Contestant, runRounds } from "./timing.ts";
import { exampleDefinition, User, writeDefinition } from "./users.ts";

const ROUNDS = Number(process.argv[2] ?? 40);

/** How often a program is ended; peers once, since they wait for tens of seconds. */
const ENDINGS = 25;

/** Milliseconds that a usual run may take longer. */
const MAX_ADDED = 5;

/** Milliseconds that a program may end later where no resolver answers; what waits for a network waits for seconds. */
const MAX_LATE = 10;

/** Octets and packages of what an application installs. */
const MAX_LOADED_OCTETS = 300_000;
const MAX_INSTALLED_OCTETS = 1_000_000;
const MAX_PACKAGES = 15;

const missed: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "sotto-bench-client-"));
try {
  const sotto = installSotto(join(folder, "sotto"));
  const segment = installPeer(join(folder, "segment"), PEERS.segment);
  const posthog = installPeer(join(folder, "posthog"), PEERS.posthog);
  const definition = exampleDefinition();
  writeDefinition(sotto, definition);
  const users = {
    undecided: new User(join(folder, "undecided"), definition),
    denied: new User(join(folder, "denied"), definition),
    granted: new User(join(folder, "granted"), definition),
    starting: new User(join(folder, "starting"), definition),
  };
  await users.denied.decide("denied");
  await users.granted.decide("granted");
  await users.starting.decide("granted");

  const program = writeProgram(sotto, "program", SOTTO);
  const starting = writeProgram(sotto, "starting", SOTTO_STARTING);
  const resolver = await startSilentResolver();
  const environmentOf = ({ home }: User) => ({ HOME: home, SOTTO_SERVER: resolver.address });
  const peer = { HOME: users.undecided.home };

  for (const user of [users.granted, users.starting]) {
    execFileSync(process.execPath, [program.whole], { env: environmentOf(user) });
    await user.settle();
  }
  const startingRun = {
    before: () => users.starting.unsettle(),
    after: () => {
      if (users.starting.due().length === 0) throw new Error("the starting run made nothing due");
      endSenders(sotto);
    },
  };
  const contestants: Contestant[] = [
    // Beside the program with us, so that it is an ES module as that is.
    { name: "the program alone", program: writeProgram(sotto, "alone", null), environment: peer },
    { name: "node:crypto, for comparison", program: writeProgram(sotto, "crypto", CRYPTO), environment: peer },
    {
      name: "an empty package, for comparison",
      program: writeProgram(writeEmptyPackage(join(folder, "empty")), "program", EMPTY),
      environment: peer,
    },
    { name: "sotto, undecided", program, environment: environmentOf(users.undecided) },
    { name: "sotto, denied", program, environment: environmentOf(users.denied) },
    { name: "sotto, granted", program, environment: environmentOf(users.granted) },
    {
      name: "sotto, granted, starts a sender",
      program: starting,
      environment: environmentOf(users.starting),
      ...startingRun,
    },
    { name: PEERS.segment, program: writeProgram(segment, "program", SEGMENT), environment: peer },
    { name: PEERS.posthog, program: writeProgram(posthog, "program", POSTHOG), environment: peer },
  ];
  printRunTimes(contestants);
  await printEndings();
  printSizes();
  resolver.stop();

  async function printEndings(): Promise<void> {
    const server = await startSilentServer();
    const silent = { ...peer, SERVER: server.url };
    const sottoEnding = writeEnding(sotto, "sotto", SOTTO_STARTING, "telemetry.close()");
    const sender = environmentOf(users.starting);
    const [alone = 0, refused = 0, ours = 0] = await endings(ENDINGS, [
      { path: writeEnding(folder, "alone", CRYPTO, ""), environment: peer },
      { path: sottoEnding, environment: { ...sender, SOTTO_SERVER: "127.0.0.1:9" }, ...startingRun },
      { path: sottoEnding, environment: sender, ...startingRun },
    ]);
    const peers = await endings(1, [
      { path: writeEnding(segment, "segment", SEGMENT, "analytics.closeAndFlush()"), environment: silent },
      { path: writeEnding(posthog, "posthog", POSTHOG, "posthog.shutdown()"), environment: silent },
    ]);
    server.stop();
    const names = [
      "the program alone",
      "sotto, starts a sender; resolver refuses",
      "sotto, starts a sender; resolver never answers",
      `${PEERS.segment}; server never answers`,
      `${PEERS.posthog}; server never answers`,
    ];
    console.log("\nFrom close(), closeAndFlush(), shutdown() to the end of the process, milliseconds\n");
    printTable(
      ["program", "median", "times alone"],
      [alone, refused, ours, ...peers].map((taken, i) => {
        const isEndless = taken === Number.POSITIVE_INFINITY;
        return [
          names[i] ?? "",
          isEndless ? `more than ${figure(LONGEST_WAIT)}` : figure(taken),
          isEndless ? "" : figure(taken / alone),
        ];
      }),
    );
    const late = ours - refused;
    if (!(late < MAX_LATE)) missed.push(`without answers it ends ${figure(late)} ms later, not below ${MAX_LATE}`);
  }

  function printSizes(): void {
    const everything = measureInstalled(sotto);
    const library = measureLoaded(sotto, program.whole, environmentOf(users.granted));
    users.starting.unsettle();
    const whole = measureLoaded(sotto, starting.whole, environmentOf(users.starting));
    endSenders(sotto);
    const rows = [
      ["sotto, with the command", everything, library],
      [PEERS.segment, measureInstalled(segment), measureLoaded(segment, join(segment, "program.js"), peer)],
      [PEERS.posthog, measureInstalled(posthog), measureLoaded(posthog, join(posthog, "program.js"), peer)],
    ] as const;
    console.log("\nInstalled, and what a run loads of it\n");
    printTable(
      ["client", "packages", "octets", "times sotto", "files loaded", "octets loaded", "times sotto"],
      rows.map(([name, installed, loaded]) => [
        name,
        String(installed.packages),
        figure(installed.octets),
        (installed.octets / everything.octets).toFixed(1),
        String(loaded.files),
        figure(loaded.octets),
        (loaded.octets / library.octets).toFixed(1),
      ]),
    );
    console.log("\nOf which, with the command\n");
    printTable(
      ["package", "octets"],
      everything.parts.map(({ name, octets }) => [name, figure(octets)]),
    );
    const loaded = Math.max(library.octets, whole.octets);
    if (!(loaded < MAX_LOADED_OCTETS))
      missed.push(`${figure(loaded)} octets are loaded, not below ${figure(MAX_LOADED_OCTETS)}`);
    if (!(everything.octets < MAX_INSTALLED_OCTETS)) {
      missed.push(`${figure(everything.octets)} octets are installed, not below ${figure(MAX_INSTALLED_OCTETS)}`);
    }
    if (everything.packages > MAX_PACKAGES) missed.push(`${everything.packages} packages, more than ${MAX_PACKAGES}`);
  }
} finally {
  endSenders(join(folder, "sotto"));
  rmSync(folder, { recursive: true, force: true });
}
for (const what of missed) console.log(`\nMISSED: ${what}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function printRunTimes(contestants: readonly Contestant[]): void {
  const times = runRounds(contestants, ROUNDS);
  const [alone] = times;
  const rows = contestants.map(({ name }, i) => {
    const { whole, inside } = times[i] as (typeof times)[number];
    const added = addedTo(alone?.whole ?? [], whole);
    if (name === "sotto, granted" && !(added.median < MAX_ADDED)) {
      missed.push(`a usual run takes ${figure(added.median)} ms longer, not below ${MAX_ADDED}`);
    }
    return [
      name,
      figure(median(whole)),
      i === 0 ? "" : figure(added.median),
      i === 0 ? "" : added.quartiles.map(figure).join(" to "),
      i === 0 ? "1" : (1 + added.median / median(alone?.whole ?? [])).toFixed(2),
      i === 0 ? "" : figure(median(inside)),
    ];
  });
  console.log(
    `A program that prints a line, on Node ${process.versions.node}; ${ROUNDS} rounds in turn, milliseconds\n`,
  );
  printTable(["program", "run, median", "added, median", "added, quartiles", "times alone", "by its own clock"], rows);
}
