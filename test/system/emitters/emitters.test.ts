import { spawnSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consentVectors } from "../../client/consent/decisionvectors.ts";
import { binOf, compiled, untilSealed } from "../../e2e/command.ts";
import { Namespace } from "../network/namespace.ts";
import { requirePackages } from "../network/packages.ts";
import { untilAnswers } from "../network/ready.ts";
import type { Resolver } from "../network/resolver.ts";
import { RESOLVERS } from "../network/resolvers.ts";
import { startRoot } from "../network/root.ts";
import { type Case, CONSENT, HOME, layOut, runCases } from "./cases.ts";
import { buildEmitters, copyShell, EMITTER_PACKAGES, type Emitter, ROOT } from "./copies.ts";

const ZONE = { zone: "r.example.net", ack: "198.18.0.7", bits: 10 };
const PROJECT = "left-pad";
const SERVER = "127.0.0.20";
const WAYS = ["unbound", "bind", "knot"] as const;
/** In the quiet namespace, where nothing listens on any address. */
const NOBODY = "127.0.0.53";

let namespace: Namespace;
let quiet: Namespace;
let folder: string;
let resolvers: Resolver[];
let emitters: Emitter[];

const sotto = (command: string, ...args: string[]) => [process.execPath, binOf(command), ...args];

/** The environment of a person on this machine, and nothing of whoever runs the tests. */
const person = (home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...{ HOME: home, PATH: `${join(ROOT, "node_modules", ".bin")}:/usr/bin:/bin` },
  ...compiled(),
  ...more,
});

/** A home, in which somebody said yes to the project or said nothing. */
async function homeOf(name: string, says: "yes" | "nothing"): Promise<string> {
  const home = join(folder, name);
  await mkdir(home);
  if (says === "nothing") return home;
  const enable = sotto("sotto-client", "enable", "--definition", join(folder, "shell", "sotto.json"));
  const { code, stderr } = await namespace.run(enable, { env: person(home), cwd: home });
  expect(code, stderr).toBe(0);
  return home;
}

beforeAll(async () => {
  requirePackages(EMITTER_PACKAGES);
  namespace = Namespace.create("emitters");
  quiet = Namespace.create("quiet");
  folder = namespace.makeDirectory("emitters");
  const key = await namespace.run(sotto("sotto-keys", "new", "--plain", "--out", join(folder, "key")));
  expect(key.code, key.stderr).toBe(0);
  const constants = { ...ZONE, project: PROJECT, publicKey: key.stdout.trim() };
  const building = buildEmitters(namespace.makeDirectory("build"), constants);
  await mkdir(join(folder, "shell"));
  await copyShell(join(folder, "shell"), constants);
  const root = await startRoot(namespace, [
    { zone: ZONE.zone, servers: [{ name: `ns1.${ZONE.zone}`, address: SERVER }] },
  ]);
  const server = namespace.spawn(
    sotto(
      "sotto-resolver",
      ...["serve", "--zone", ZONE.zone, "--listen", `${SERVER}:53`, "--http", `${SERVER}:8053`],
      ...["--data", join(folder, "data"), "--ack", ZONE.ack, "--bits", String(ZONE.bits)],
      ...["--bucket", "2s", "--min-batch", "1", "--publish-after", "0s"],
    ),
  );
  await untilAnswers(namespace, server, SERVER, { name: ZONE.zone, type: "SOA" });
  resolvers = await Promise.all(WAYS.map((name) => RESOLVERS[name](namespace, root)));
  emitters = await building;
});

afterAll(async () => {
  await namespace?.close();
  await quiet?.close();
});

describe("emitters in four languages", () => {
  it("report through unbound, BIND and Knot Resolver, and the project decodes every one", async () => {
    const sent: object[] = [];
    const through = async ({ name, address }: Resolver, i: number) => {
      const home = await homeOf(name, "yes");
      const report = async (by: string, argv: readonly string[], told: object, more: NodeJS.ProcessEnv = {}) => {
        const options = { cwd: home, nameserver: address, env: person(home, more) };
        const { code, stdout, stderr } = await namespace.run(argv, options);
        expect([by, name, code, stdout, stderr]).toEqual([by, name, 0, "", ""]);
        sent.push(told);
      };
      const sealing = emitters.map(({ language, argv }, j) => {
        const told = { v: `${i}.${j}.0`, t: j % 2 === 0 };
        return report(language, argv(JSON.stringify(told)), told);
      });
      const shell = [join(folder, "shell", "report.sh"), "-w", `version=${i}.9.0`, "tty=true"];
      // A grant by environment in a job of CI: there the sender does not wait for up to a minute.
      const job = { CI: "true", SOTTO_TELEMETRY: "on" };
      await Promise.all([...sealing, report("shell", shell, { v: `${i}.9.0`, t: true }, job)]);
    };
    await Promise.all(resolvers.map(through));
    await untilSealed(join(folder, "data"));

    const scan = await namespace.run(
      sotto("sotto-decoder", "scan", "--key-file", join(folder, "key"), "--from", `http://${SERVER}:8053`),
    );
    expect(scan.code, scan.stderr).toBe(0);
    const decoded = scan.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).report as { v: string; t: boolean });
    const inOrder = (reports: object[]) => reports.map((report) => Object.entries(report).sort().join()).sort();
    expect(inOrder(decoded)).toEqual(inOrder(sent));
    expect(decoded.length).toBe(4 * WAYS.length);
  });
});

/** How many packets the quiet namespace has seen. */
async function packets(): Promise<number> {
  const { stdout } = await quiet.run(["cat", "/sys/class/net/lo/statistics/tx_packets"]);
  return Number(stdout);
}

const YES = JSON.stringify({ version: 1, projects: { [PROJECT]: { decision: "granted", day: 20773, fields: {} } } });
const bare: Omit<Case, "name"> = { administrator: null, environment: {}, optOut: null, consent: YES, text: "{}" };

/**
 * The vectors of decisions, as far as they can happen to an emitter, which shows no notice. It takes the yes to its own
 * project alone for a yes, any file of the administrator and CI for a no, and looks at no other project's entry.
 */
const decisions = consentVectors.decisions
  .filter(({ given }) => given.project === PROJECT && !given.noticeShownNow)
  .filter(({ name }) => name !== "a consent file wrong in another project")
  .map(({ name, given, expected }) => {
    const environment: Record<string, string> = { ...given.environment, ...(given.ci ? { CI: "true" } : {}) };
    const isYes = expected.state === "granted" && expected.rule === "stored-project";
    const sends = isYes && given.administrator === null && !given.ci;
    return { ...bare, ...given, name, environment, sends };
  });

const HASH = "a".repeat(64);
/** A home in which the user was told about the field `v`, and not about `t`. */
const toldOne = async () => {
  const { projects } = JSON.parse(await readFile(join(folder, "unbound", ".config", "sotto", "consent.json"), "utf8"));
  const { "weekly.version": version } = projects[PROJECT].fields;
  const mine = { decision: "granted", day: 20773, fields: { "weekly.version": version, "weekly.tty": HASH } };
  return JSON.stringify({ version: 1, projects: { [PROJECT]: mine } });
};

describe("an emitter", () => {
  it("takes one frame of what the user was told about, and says by its exit code why not", async () => {
    const given = { ...bare, consent: await toldOne() };
    const cases: (Case & { code: number })[] = [
      { ...given, name: "63 octets", text: JSON.stringify({ v: "x".repeat(55) }), code: 1 },
      { ...given, name: "64 octets", text: JSON.stringify({ v: "x".repeat(56) }), code: 2 },
      { ...given, name: "blanks, which are not sent", text: `{ "v":${" ".repeat(60)}"1" }`, code: 1 },
      { ...given, name: "a field of which the user was told something else", text: '{"v":"1","t":true}', code: 3 },
      { ...given, name: "no field of its report", text: '{"x":1}', code: 2 },
      { ...given, name: "a list in a field", text: '{"v":["1"]}', code: 2 },
      { ...given, name: "null", text: '{"v":null}', code: 2 },
      { ...given, name: "a number beyond all bounds", text: '{"v":1e999}', code: 2 },
      { ...given, name: "no object", text: "[]", code: 2 },
      { ...given, name: "no JSON", text: "{", code: 2 },
      { ...given, name: "something behind the object", text: "{}{}", code: 2 },
      { ...given, name: "no text", text: "", code: 2 },
      { ...given, name: "an option", text: "--help", code: 2 },
      { ...given, name: "an opt-out file in the home", optOut: `${HOME}/.sotto-opt-out`, code: 3 },
      { ...given, name: "no home", environment: { HOME: "" }, code: 3 },
      { ...given, name: "a consent file elsewhere", environment: { XDG_CONFIG_HOME: "/nowhere" }, code: 3 },
      // By ci-info's rules, as in a client: only these two say that it is none.
      { ...given, name: "CI is empty", environment: { CI: "" }, text: "{}", code: 1 },
      { ...given, name: "CI is false", environment: { CI: "false" }, text: "{}", code: 1 },
      { ...given, name: "CI is False", environment: { CI: "False" }, code: 3 },
      { ...given, name: "CI is a blank", environment: { CI: " " }, code: 3 },
      { ...given, name: "a pipe in the consent file's place", consent: null, code: 3 },
    ];
    const laid = quiet.makeDirectory("texts");
    await layOut(laid, cases);
    const pipe = join(laid, String(cases.length - 1), CONSENT);
    await mkdir(dirname(pipe), { recursive: true });
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const wanted = cases.map(({ name, code }) => [name, code]);
    const found = await Promise.all(emitters.map((emitter) => runCases(quiet, emitter, laid, cases, NOBODY)));
    for (const [i, { language }] of emitters.entries()) expect([language, found[i]]).toEqual([language, wanted]);
  });

  it("sends not a packet where the vectors of decisions say no, and asks where they hold a yes", async () => {
    const [yes, no] = [true, false].map((wanted) => decisions.filter(({ sends }) => sends === wanted));
    if (yes === undefined || no === undefined) throw new Error("not split in two");
    expect([yes.length > 10, no.length > 180]).toEqual([true, true]);
    for (const [cases, code, place] of [
      [no, 3, "no"],
      [yes, 1, "yes"],
    ] as const) {
      const laid = quiet.makeDirectory(place);
      await layOut(laid, cases);
      const before = await packets();
      const found = await Promise.all(emitters.map((emitter) => runCases(quiet, emitter, laid, cases, NOBODY)));
      for (const [i, { language }] of emitters.entries()) {
        const wrong = found[i]?.filter(([, ended]) => ended !== code);
        expect([language, wrong]).toEqual([language, []]);
      }
      // Nobody listens there, but it was asked.
      expect((await packets()) > before).toBe(code === 1);
    }
  });

  it("of the shell sends not a packet without a yes, with DO_NOT_TRACK, and in debug, and says so", async () => {
    const script = join(folder, "shell", "report.sh");
    const [nothing, yes] = [await homeOf("nothing", "nothing"), await homeOf("yes", "yes")];
    const before = await packets();
    const asked = (home: string, more: NodeJS.ProcessEnv) =>
      quiet.run([script, "version=1.4.2"], { cwd: home, nameserver: NOBODY, env: person(home, more) });
    const runs = [asked(nothing, {}), asked(yes, { DO_NOT_TRACK: "1" }), asked(yes, { SOTTO_TELEMETRY: "debug" })];
    const ended = (await Promise.all(runs)).map(({ code, stderr }) => [code, stderr.split("\n")[0]]);
    expect(ended).toEqual([
      [3, "report.sh: left-pad is undecided, so nothing was said"],
      [3, "report.sh: left-pad is denied, so nothing was said"],
      [3, 'sotto: left-pad: would send "weekly": {"v":"1.4.2"}'],
    ]);
    const wrong = await quiet.run([script], { cwd: yes, env: person(yes) });
    expect([wrong.code, wrong.stderr.split("\n")[0]]).toEqual([
      2,
      "report.sh: usage: report.sh [-w] field=value...    (report.sh version=1.4.2 tty=true)",
    ]);
    expect(await packets()).toBe(before);
  });
});
