import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Namespace } from "../network/namespace.ts";
import { requirePackages } from "../network/packages.ts";
import { Road } from "./road.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";
import { timesRun, watch } from "./watching.ts";

const ACTS = [WEEKLY, "count=runs", "close"];
const ON = { SOTTO_TELEMETRY: "on" };

beforeAll(() => requirePackages({ strace: "strace", unshare: "util-linux" }));

/** How a user, the user's environment or the machine says no, or nothing yet. */
interface Case {
  readonly members?: Record<string, unknown>;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (user: User) => Promise<unknown>;
  /** The text of the administrator's file. */
  readonly policy?: string;
}

const CASES: readonly [string, Case][] = [
  ["nobody was asked yet", {}],
  ["nobody was shown the notice yet", { members: { consent: "notice" } }],
  ["a job of CI was not granted", { env: { CI: "true" } }],
  ["a person said no", { prepare: (user) => user.deny() }],
  ["a person said no, whatever the environment says", { env: ON, prepare: (user) => user.deny() }],
  ["DO_NOT_TRACK is set", { env: { ...ON, DO_NOT_TRACK: "1" } }],
  [
    "the environment says off, whatever the person said",
    { env: { SOTTO_TELEMETRY: "off" }, prepare: (user) => user.grant() },
  ],
  ["there is an opt-out file", { env: ON, prepare: (user) => writeFile(join(user.home, ".sotto-opt-out"), "") }],
  ["the administrator says off", { env: ON, policy: '{"version":1,"telemetry":"off"}' }],
  ["the administrator's file is damaged", { env: ON, policy: "{" }],
];

/** The program that runs another where the administrator's file has this text, in a /etc of its own. */
async function administered(policy: string): Promise<string[]> {
  const file = join(await temporaryFolder(), "policy.json");
  await writeFile(file, policy);
  const script = 'mount -t tmpfs etc /etc && mkdir /etc/sotto && cp "$0" /etc/sotto/policy.json && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, file];
}

async function prepared({ members = {}, env = {}, prepare, policy }: Case) {
  const user = await User.make(members);
  await prepare?.(user);
  const wrapper = policy === undefined ? [] : await administered(policy);
  return { user, env: { ...user.environment, ...env }, wrapper };
}

describe("a program of which nothing may be told", () => {
  it.each(CASES)("uses no network, starts no process and changes no file: %s", async (_, one) => {
    const { user, env, wrapper } = await prepared(one);
    const files = user.files();
    const [watched, node] = await Promise.all([
      watch(user.argv(...ACTS), env, { wrapper }),
      // What Node does by itself, with a module and a timer in it, as the program.
      watch([process.execPath, "--input-type=module", "-e", "await new Promise((go) => setTimeout(go, 1))"], env),
    ]);
    expect(watched).toEqual({ ...UNTROUBLED, network: [], processes: [], writes: [] });
    expect(node).toEqual(watched);
    expect(user.files()).toEqual(files);
  });

  it("and for a developer who debugs prints what would be sent, and else does as little", async () => {
    const user = await User.make();
    const watched = await watch(user.argv(...ACTS), { ...user.environment, SOTTO_TELEMETRY: "debug" });
    expect(watched).toMatchObject({ code: 0, network: [], processes: [], writes: [] });
    expect(watched.printed).toContain(`would send "weekly": ${WEEKLY_TEXT}`);
  });

  it("is seen to do all of that once it may", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const watched = await watch(user.argv(...ACTS), { ...user.environment, ...GRANTED, SOTTO_SERVER: road.address });
    expect(watched).toMatchObject(UNTROUBLED);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    expect(timesRun(watched, "/sender/main.ts")).toBe(1);
    for (const call of ["socket(AF_INET", "connect(", "send"]) expect(some(watched.network, call)).toBe(true);
    for (const call of ["mkdir(", "openat(", "rename(", "link(", "unlink(", "fchmod("]) {
      expect([call, some(watched.writes, call)]).toEqual([call, true]);
    }
  });
});

describe("in a network of its own", () => {
  it("not one packet is counted by the kernel of all those programs, and some are of one that is granted", async () => {
    const namespace = Namespace.create("client");
    onTestFinished(() => namespace.close());
    const before = await packets(namespace);
    const silent = await Promise.all(
      CASES.map(async ([, one]) => {
        const { user, env, wrapper } = await prepared(one);
        return await namespace.run([...wrapper, ...user.argv(...ACTS)], { env });
      }),
    );
    expect(silent.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(CASES.map(() => [0, "", ""]));
    expect(await packets(namespace)).toEqual(before);
    const { user, env } = await prepared({ env: { ...GRANTED, SOTTO_SERVER: "127.0.0.1:53" } });
    expect(await namespace.run(user.argv(...ACTS), { env })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await user.quiet();
    expect(await packets(namespace)).not.toEqual(before);
  });
});

function some(calls: readonly string[], beginning: string): boolean {
  return calls.some((call) => call.startsWith(beginning));
}

/** What was handed to the network so far, of either version and by all protocols. */
async function packets(namespace: Namespace): Promise<string[]> {
  const { stdout } = await namespace.run(["cat", "/proc/net/snmp", "/proc/net/snmp6", "/proc/net/dev"]);
  const lines = stdout.split("\n");
  const [names = "", values = ""] = lines.filter((line) => line.startsWith("Ip: "));
  const requests = values.split(" ")[names.split(" ").indexOf("OutRequests")];
  return [`Ip ${requests}`, ...lines.filter((line) => /^Ip6OutRequests|^ *lo:/.test(line))];
}
