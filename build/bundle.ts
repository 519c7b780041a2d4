/**
 * Makes one file of all that `@sotto/client` loads into an application: Node takes a third of a millisecond to load a
 * module, whatever is in it, and there are forty.
 *
 * What the sources import dynamically (the question, the sender) stays a file of its own, as tsc wrote it.
 */
import { isBuiltin } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "rolldown";

const CLIENT = fileURLToPath(new URL("../client/", import.meta.url));

/** What is imported dynamically is loaded when it is needed, from where tsc wrote it. */
const separateFiles: Plugin = {
  name: "separate files",
  resolveDynamicImport(specifier, importer) {
    if (typeof specifier !== "string" || importer === undefined || !specifier.startsWith(".")) return null;
    const path = relative(CLIENT, resolve(dirname(importer), specifier));
    return { id: `./${path.replaceAll(sep, "/").replace(/\.ts$/, ".js")}`, external: true };
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

/** @param file where it goes; what is loaded later is looked for beside it. */
export async function bundleClient(file: string): Promise<void> {
  await build({
    input: resolve(CLIENT, "index.ts"),
    platform: "node",
    resolve: { conditionNames: ["sotto-source", "import", "default"] },
    // No module of ours does anything by being loaded. Without this, all of wire with its cryptography would come along.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    plugins: [separateFiles, requiredBuiltins],
    transform: { target: "node20" },
    output: { file, format: "esm", minify: true },
    logLevel: "warn",
  });
}
