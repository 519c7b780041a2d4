/**
 * Makes the JavaScript that `@sotto/client` packs: one file of all that it loads into an application, since Node takes a
 * third of a millisecond to load a module, whatever is in it, and there are forty; and a few of all the rest.
 */
import { readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "rolldown";

const CLIENT = fileURLToPath(new URL("../client/", import.meta.url));

/** What is imported dynamically is loaded when it is needed, from a file of its own. */
const separateFiles: Plugin = {
  name: "separate files",
  resolveDynamicImport(specifier, importer) {
    if (typeof specifier !== "string" || importer === undefined || !specifier.startsWith(".")) return null;
    const path = relative(CLIENT, resolve(dirname(importer), specifier));
    return { id: `./${path.replaceAll(sep, "/").replace(/\.ts$/, ".js")}`, external: true };
  },
};

/**
 * ci-info's list goes inside, as text: what is only parsed is compiled more quickly, and an application that was bundled
 * into one file still has it.
 */
const inlinedVendors: Plugin = {
  name: "inlined vendors",
  async load(id) {
    if (id !== resolve(CLIENT, "report/vendors.ts")) return null;
    const list = await readFile(createRequire(import.meta.url).resolve("ci-info/vendors.json"), "utf8");
    const text = JSON.stringify(JSON.stringify(JSON.parse(list)));
    return { code: `export const knownVendors = () => JSON.parse(${text});`, moduleType: "js" };
  },
};

const REQUIRED = "\0required:";

/**
 * An `import` of `node:fs` looks at each of its members, and with that loads promises, streams and watchers: 5 ms, which
 * `require` does not take.
 */
const requiredBuiltins: Plugin = {
  name: "required builtins",
  resolveId(specifier, _importer, { kind }) {
    const isImported = kind === "import-statement" && isBuiltin(specifier);
    return isImported ? REQUIRED + specifier : null;
  },
  async load(id) {
    if (!id.startsWith(REQUIRED)) return null;
    const name = id.slice(REQUIRED.length);
    const members = Object.keys(await import(name)).filter((member) => member !== "default");
    return [
      `const all = process.getBuiltinModule(${JSON.stringify(name)});`,
      ...members.map((member) => `export const ${member} = all.${member};`),
    ].join("\n");
  },
};

/** What the one file imports dynamically, and what is imported or started by others. Paths without `.ts`. */
const ENTRIES = ["cli", "commander", "sending", "testing", "sender/main", "sender/now", "telemetry/asking"];

/** Bundles what programs load. @param file where it goes; what is loaded later is looked for beside it. */
export async function bundleClient(file: string): Promise<void> {
  await build({
    input: resolve(CLIENT, "index.ts"),
    platform: "node",
    resolve: { conditionNames: ["sotto-source", "import", "default"] },
    // No module of ours does anything by being loaded. Without this, all of wire with its cryptography would come along.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    plugins: [separateFiles, inlinedVendors, requiredBuiltins],
    transform: { target: "node20" },
    output: { file, format: "esm", minify: true },
    logLevel: "warn",
  });
}

/** Bundles all the rest: commands, sender, question, testing. */
export async function bundleRest(folder: string): Promise<void> {
  await build({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, resolve(CLIENT, `${entry}.ts`)])),
    platform: "node",
    external: (id) => isBuiltin(id) || /^(@sotto\/wire|commander)(\/|$)/.test(id),
    treeshake: { moduleSideEffects: false },
    plugins: [inlinedVendors],
    transform: { target: "node20" },
    output: {
      dir: folder,
      format: "esm",
      // Beside index.js: the sender's program is looked for from there.
      chunkFileNames: "[name]-[hash].js",
      minify: true,
    },
    logLevel: "warn",
  });
}
