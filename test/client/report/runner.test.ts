import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGENT_SIGNS, agentOf, UNKNOWN_AGENT } from "../../../client/report/agents.ts";
import { type Environment, isCi, mayBeCi } from "../../../client/report/ci.ts";
import { CI_SIGNS } from "../../../client/report/cisigns.ts";
import { runnerOf, type Surroundings, systemSurroundings } from "../../../client/report/runner.ts";
import { knownVendors } from "../../../client/report/vendors.ts";
import { RUNS } from "../../wire/property.ts";

const require = createRequire(import.meta.url);
const ciInfo = compileFunction(readFileSync(require.resolve("ci-info"), "utf8"), ["exports", "require", "process"]);

/** What ci-info itself says of an environment: its own code, loaded anew. */
function ciInfoSays(env: Environment): boolean {
  const exports: { isCI?: boolean } = {};
  ciInfo(exports, () => knownVendors(), { env });
  return exports.isCI === true;
}

/** Every variable and every value that the list of vendors names. */
const names = [...new Set(JSON.stringify(knownVendors().map(({ env }) => env)).match(/[A-Za-z_][A-Za-z0-9_]+/g) ?? [])];
const variable = fc.constantFrom(...names, "CI", "BUILD_ID", "RUN_ID", "CI_NAME", "NODE", "PATH", "HOME");
const value = fc.constantFrom(
  "",
  "1",
  "true",
  "false",
  "codeship",
  "sourcehut",
  "woodpecker",
  "/app/.heroku/node/bin/node",
);

function around(
  more: Partial<Omit<Surroundings, "exists" | "read">> & { files?: Record<string, string> } = {},
): Surroundings {
  const { files = {}, ...others } = more;
  return {
    environment: {},
    vendors: knownVendors(),
    isTerminal: false,
    exists: (path) => Object.hasOwn(files, path),
    read: (path) => files[path] ?? null,
    ...others,
  };
}

describe("CI", () => {
  it("is what ci-info takes for it, in any environment", () => {
    expect(names.length).toBeGreaterThan(50);
    fc.assert(
      fc.property(fc.dictionary(variable, value, { maxKeys: 3, noNullPrototype: true }), (environment) => {
        expect(isCi(environment, knownVendors())).toBe(ciInfoSays(environment));
      }),
      { ...RUNS, numRuns: 5000 },
    );
  });

  it("has a sign wherever it is one", () => {
    fc.assert(
      fc.property(fc.dictionary(variable, value, { maxKeys: 3, noNullPrototype: true }), (environment) => {
        if (isCi(environment, knownVendors())) expect(mayBeCi(environment, CI_SIGNS)).toBe(true);
      }),
      { ...RUNS, numRuns: 5000 },
    );
    expect(mayBeCi({ NODE: "/usr/bin/node", PATH: "/bin", TERM: "xterm", CIRCLE: "1", RUN: "1" }, CI_SIGNS)).toBe(
      false,
    );
    expect(mayBeCi({ NODE: "/app/.heroku/node/bin/node" }, CI_SIGNS)).toBe(true);
    expect(mayBeCi({ TASK_ID: "1" }, CI_SIGNS)).toBe(true);
    expect(mayBeCi({ TASK_ID: "" }, CI_SIGNS)).toBe(false);
    // As Windows may spell it.
    expect(mayBeCi({ Ci: "1" }, CI_SIGNS)).toBe(true);
  });

  it("is seen by the sign of each vendor alone", () => {
    for (const { env } of knownVendors()) {
      if (typeof env !== "string") continue;
      expect(isCi({ [env]: "x" }, knownVendors())).toBe(true);
      expect(isCi({ [env]: "x", CI: "false" }, knownVendors())).toBe(false);
    }
  });
});

describe("agents", () => {
  it.each(AGENT_SIGNS)("$slug by $variable", ({ slug, variable: name, holds }) => {
    expect(agentOf({ [name]: holds === undefined ? "1" : `X-${holds.toUpperCase()}-For-CLI` })).toBe(slug);
    for (const no of ["", "0", "false"]) expect(agentOf({ [name]: no })).toBeNull();
    expect(runnerOf(around({ environment: { [name]: holds ?? "1" }, isTerminal: true }))).toBe("agent");
  });

  it.each([
    [{ AI_AGENT: "claude-code_2.1.0_cli" }, "claude-code"],
    [{ AI_AGENT: "goose@1.2.3" }, "goose"],
    [{ AI_AGENT: "something-new" }, UNKNOWN_AGENT],
    [{ AGENT: "amp" }, "amp"],
    [{ AGENT: "1" }, UNKNOWN_AGENT],
    [{ AGENT: "build-agent-7" }, null],
    [{ AGENT: "0", AI_AGENT: "false" }, null],
    [{ AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" }, null],
    [{ CURSOR_TRACE_ID: "x", REPL_ID: "x", CODEX_HOME: "x", AIDER_MODEL: "x" }, null],
  ])("%o is %s", (environment: Environment, slug) => {
    expect(agentOf(environment)).toBe(slug);
  });
});

describe("the runner", () => {
  const hex = "0123456789abcdef".repeat(4);

  it.each([
    ["Docker", {}, { "/.dockerenv": "" }],
    ["Podman", {}, { "/run/.containerenv": "" }],
    ["Kubernetes", { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, {}],
    ["systemd's convention", { container: "lxc" }, {}],
    ["Docker, cgroup v1", {}, { "/proc/self/cgroup": `12:pids:/docker/${hex}\n` }],
    ["Docker, systemd", {}, { "/proc/self/cgroup": `0::/system.slice/docker-${hex}.scope\n` }],
    ["Kubernetes, cgroup", {}, { "/proc/self/cgroup": "0::/kubepods.slice/kubepods-pod1.slice/x\n" }],
    ["Podman, cgroup", {}, { "/proc/self/cgroup": `0::/machine.slice/libpod-${hex}.scope\n` }],
    ["LXC", {}, { "/proc/self/cgroup": "4:memory:/lxc/web\n" }],
  ])("is a container in %s", (_, environment: Environment, files) => {
    expect(runnerOf(around({ environment, files, isTerminal: true }))).toBe("container");
  });

  it.each([
    ["Flatpak", { container: "flatpak" }, {}],
    ["Toolbx", {}, { "/run/.containerenv": "", "/run/.toolboxenv": "" }],
    ["Distrobox", { DISTROBOX_ENTER_PATH: "/usr/bin/distrobox-enter" }, { "/run/.containerenv": "" }],
    ["a service of a host with Docker", {}, { "/proc/self/cgroup": "0::/system.slice/docker.service\n" }],
    ["cgroup v2", {}, { "/proc/self/cgroup": "0::/\n" }],
  ])("is none in %s", (_, environment: Environment, files) => {
    expect(runnerOf(around({ environment, files, isTerminal: true }))).toBe("terminal");
    expect(runnerOf(around({ environment, files }))).toBe("script");
  });

  it("is the first that fits: CI, agent, container, terminal, script", () => {
    const files = { "/.dockerenv": "" };
    const environment = { CI: "true", CLAUDECODE: "1" };
    expect(runnerOf(around({ environment, files, isTerminal: true }))).toBe("ci");
    expect(runnerOf(around({ environment: { CLAUDECODE: "1" }, files, isTerminal: true }))).toBe("agent");
    expect(runnerOf(around({ files: { "/opt/.devin": "" } }))).toBe("agent");
    expect(runnerOf(around({ files, isTerminal: true }))).toBe("container");
    expect(runnerOf(around({ isTerminal: true }))).toBe("terminal");
    expect(runnerOf(around())).toBe("script");
  });

  it("is found for this process, whatever it is", () => {
    const system = systemSurroundings();
    expect(["ci", "agent", "container", "terminal", "script"]).toContain(runnerOf(system));
    expect(system.read("/no such file")).toBeNull();
  });
});
