import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dateOfDay, dayOf, decodePublicKey, toHex, weekOf, weekStart } from "@sotto/wire";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const EXAMPLES = join(ROOT, "examples", "emitters");

/** What the emitters need beside the resolvers, by Debian package. */
export const EMITTER_PACKAGES = { gcc: "gcc", go: "golang-go", php: "php-cli" };

/** What whoever copies an emitter writes over its constants. */
export interface Constants {
  readonly project: string;
  readonly zone: string;
  readonly ack: string;
  readonly bits: number;
  /** As text, `sotto1...`. */
  readonly publicKey: string;
}

/** An emitter that takes its report as JSON, ready to run. */
export interface Emitter {
  readonly language: "C" | "Go" | "PHP";
  /** Where it looks for the administrator's file; no two share a path, and nothing is there. */
  readonly policy: string;
  argv(text: string): string[];
}

const MONDAY = dayOf(weekStart(weekOf(dayOf(Date.now() / 1000))));
/** The key's epoch: from this week's Monday on, two years. */
const EPOCH = [MONDAY, MONDAY + 104 * 7] as const;

/**
 * Copies the three emitters that seal by themselves, with constants of the test's own, and builds them as their README says.
 *
 * @param folder an empty folder.
 */
export async function buildEmitters(folder: string, constants: Constants): Promise<Emitter[]> {
  const [c, go, php] = ["c", "go", "php"].map((ending) => join(folder, `report.${ending}`)) as [string, string, string];
  const policies = { C: join(folder, "policy-c"), Go: join(folder, "policy-go"), PHP: join(folder, "policy-php") };
  await Promise.all([
    copy("report.c", c, (name, value) => `#define ${name} ${value}`, {
      ...named(constants, policies.C, JSON.stringify),
      PROJECT_VARIABLE: JSON.stringify(variableOf(constants.project)),
      KEY_FROM: String(EPOCH[0]),
      KEY_UNTIL: String(EPOCH[1]),
    }),
    copy("report.go", go, goLine, named(constants, policies.Go, JSON.stringify)),
    copy(
      "report.php",
      php,
      (name, value) => `const ${name} = ${value};`,
      named(constants, policies.PHP, (text) => `'${text}'`),
    ),
  ]);
  const goPath = { GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOCACHE: join(folder, "go-cache"), GOFLAGS: "" };
  await Promise.all([
    built(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", join(folder, "report-c"), c, "-lsodium", "-ljson-c"], {}),
    built(["go", "build", "-o", join(folder, "report-go"), go], goPath),
  ]);
  return [
    { language: "C", policy: policies.C, argv: (text) => [join(folder, "report-c"), text] },
    { language: "Go", policy: policies.Go, argv: (text) => [join(folder, "report-go"), text] },
    // Without the machine's php.ini, whose extensions take longer to load than all else: sodium is part of Debian's PHP.
    { language: "PHP", policy: policies.PHP, argv: (text) => ["php", "-n", php, text] },
  ];
}

/** The name of the variable that is for one project. */
function variableOf(project: string): string {
  return `${project.toUpperCase().replaceAll("-", "_")}_TELEMETRY`;
}

/**
 * Copies the shell's emitter with its definition: with a key, and with fields that do not end with the years.
 *
 * @param folder an empty folder.
 */
export async function copyShell(folder: string, constants: Constants): Promise<void> {
  const { project, zone, ack, bits, publicKey } = constants;
  const source = await readFile(join(EXAMPLES, "report.sh"), "utf8");
  const script = join(folder, "report.sh");
  await writeFile(script, source.replace("\nproject=emitter\n", `\nproject=${project}\n`), { mode: 0o755 });
  const definition = (await readFile(join(EXAMPLES, "sotto.json"), "utf8")).replaceAll(
    /"expires": "[^"]+"/g,
    `"expires": "${dateOfDay(MONDAY + 365)}"`,
  );
  const own = {
    ...JSON.parse(definition),
    project,
    // Each job of CI is to report: nobody waits here for one in sixteen.
    ciSample: 1,
    zones: [{ zone, ack: [ack], bits }],
    keys: [{ key: publicKey, from: dateOfDay(MONDAY) }],
  };
  await writeFile(join(folder, "sotto.json"), JSON.stringify(own));
}

function named(constants: Constants, policy: string, quoted: (text: string) => string): Record<string, string> {
  const { project, zone, ack, bits, publicKey } = constants;
  return {
    PROJECT: quoted(project),
    ZONE: quoted(zone),
    ACK: quoted(ack),
    BITS: String(bits),
    PUBLIC_KEY: quoted(toHex(decodePublicKey(publicKey))),
    KEY_FROM: quoted(dateOfDay(EPOCH[0])),
    KEY_UNTIL: quoted(dateOfDay(EPOCH[1])),
    POLICY: quoted(policy),
  };
}

/** As gofmt sets the constants. */
function goLine(name: string, value: string): string {
  const camel = name.toLowerCase().replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
  return `\t${camel.padEnd(9)} = ${value}`;
}

/** Copies a source, with other values in the lines of its constants, each of which must be there once. */
async function copy(
  name: string,
  to: string,
  line: (name: string, value: string) => string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  let source = await readFile(join(EXAMPLES, name), "utf8");
  for (const [constant, value] of Object.entries(values)) {
    const [start = ""] = line(constant, "\0").split("\0");
    const lines = source.split("\n").filter((one) => one.startsWith(start));
    if (lines.length !== 1) throw new Error(`${name} has ${lines.length} lines that begin with ${start}`);
    source = source.replace(lines[0] ?? "", () => line(constant, value));
  }
  await writeFile(to, source);
}

async function built([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${said}`);
}
