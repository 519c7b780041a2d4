import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One program in two forms. */
export interface Program {
  /** As an application is written; timed from outside, as a process. */
  readonly whole: string;
  /** Imports dynamically, and prints the milliseconds that its own clock says. */
  readonly timed: string;
}

/** What a client's users write: what is imported from where, and what is done with it. */
export interface Usage {
  readonly imports: string;
  readonly from: string;
  readonly use: string;
}

/** Writes both forms beside the installed packages. */
export function writeProgram(folder: string, name: string, usage: Usage | null): Program {
  const whole = join(folder, `${name}.js`);
  const timed = join(folder, `${name}-timed.js`);
  const { imports, from, use } = usage ?? { imports: "", from: "", use: "" };
  const statement = usage === null ? "" : `import ${imports} from ${JSON.stringify(from)};\n${use}\n`;
  // A program that has done its work ends: peers would otherwise wait for their servers here, which is measured apart.
  writeFileSync(whole, `${statement}console.log("done");\n${END}`);
  const dynamic = usage === null ? "" : `const ${imports} = await import(${JSON.stringify(from)});\n${use}\n`;
  writeFileSync(
    timed,
    `const begin = performance.now();\n${dynamic}const end = performance.now();\nconsole.log(end - begin);\n${END}`,
  );
  return { whole, timed };
}

const END = "process.exit();\n";

/** Import, open, count, close. */
export const SOTTO: Usage = {
  imports: "{ open }",
  from: "@sotto/client",
  use: `const telemetry = await open(new URL("./sotto.json", import.meta.url));
telemetry.count("runs");
await telemetry.close();`,
};

/** The same in the first run of a week: a report is due, and a sender is started. */
export const SOTTO_STARTING: Usage = {
  ...SOTTO,
  use: SOTTO.use.replace(/(?=await telemetry.close)/, 'telemetry.report("weekly", { version: "1.2.3" });\n'),
};

/** Import, init, one event; its server is where nobody listens. */
export const SEGMENT: Usage = {
  imports: "{ Analytics }",
  from: "@segment/analytics-node",
  use: `const analytics = new Analytics({ writeKey: "x", host: process.env.SERVER ?? "http://127.0.0.1:9" });
analytics.track({ anonymousId: "x", event: "run" });`,
};

/** Import, init, one event; its server is where nobody listens. */
export const POSTHOG: Usage = {
  imports: "{ PostHog }",
  from: "posthog-node",
  use: `const posthog = new PostHog("x", { host: process.env.SERVER ?? "http://127.0.0.1:9" });
posthog.capture({ distinctId: "x", event: "run" });`,
};

/** How long it takes to load Node's cryptography: a measure of how quick the machine is. */
export const CRYPTO: Usage = { imports: "{ randomBytes }", from: "node:crypto", use: "randomBytes(8);" };

/** What to import any package costs. */
export const EMPTY: Usage = { imports: "{ nothing }", from: "empty", use: "" };

/** Puts a package in a folder of its own that exports a number. @returns the folder. */
export function writeEmptyPackage(folder: string): string {
  const inside = join(folder, "node_modules", EMPTY.from);
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(inside, "package.json"), '{ "name": "empty", "type": "module", "exports": "./index.mjs" }\n');
  writeFileSync(join(inside, "index.mjs"), "export const nothing = 0;\n");
  return folder;
}

/** A program that ends as its client's documentation says, and prints when it began to: milliseconds since 1970. */
export function writeEnding(folder: string, name: string, { imports, from, use }: Usage, close: string): string {
  const path = join(folder, `${name}-ending.js`);
  const used = close === "" ? use : use.replace(`await ${close};`, "");
  const now = "performance.timeOrigin + performance.now()";
  writeFileSync(
    path,
    `import ${imports} from ${JSON.stringify(from)};\n${used}\nconsole.log(${now});\n${close === "" ? "" : `await ${close};\n`}`,
  );
  return path;
}
