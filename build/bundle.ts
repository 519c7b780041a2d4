/**
 * Makes the JavaScript that `@sotto/client` packs: few files of all that it loads into an application, since Node takes a
 * quarter of a millisecond to load a module, whatever is in it, and there are sixty; and some of all the rest.
 */
import { writeFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "rolldown";
import { type CiVendor, signsOf } from "../client/report/ci.ts";
import { compiledEagerly } from "./eager.ts";

const CLIENT = fileURLToPath(new URL("../client/", import.meta.url));

const RARELY = resolve(CLIENT, "rarely.ts");

/** ci-info's list. */
const vendors: readonly CiVendor[] = createRequire(import.meta.url)("ci-info/vendors.json");

/** What is imported dynamically is loaded when it is needed, from a file of its own. */
const separateFiles: Plugin = {
  name: "separate files",
  resolveDynamicImport(specifier, importer) {
    if (typeof specifier !== "string" || importer === undefined || !specifier.startsWith(".")) return null;
    const path = relative(CLIENT, resolve(dirname(importer), specifier));
    return { id: `./${path.replaceAll(sep, "/").replace(/\.ts$/, ".js")}`, external: true };
  },
};

/** Of ci-info's list, what applications look at in each run: the names of variables. */
const inlinedSigns: Plugin = {
  name: "inlined signs",
  load(id) {
    if (id !== resolve(CLIENT, "report/cisigns.ts")) return null;
    return { code: `export const CI_SIGNS = ${JSON.stringify(signsOf(vendors))};`, moduleType: "js" };
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

/**
 * What an application needs in few of its runs is in a file of its own. It is CommonJS, since it is needed in functions
 * that cannot wait, and Node 20 cannot require anything else. Programs that were bundled find it where npm installed us.
 *
 * @param names of what that file exports.
 */
function requiredRarely(names: readonly string[]): Plugin {
  return {
    name: "required rarely",
    load(id) {
      if (id !== RARELY) return null;
      const code = [
        `import { nodeModule } from "./builtin.ts";`,
        "let loaded;",
        // An arrow function: see eager.ts.
        "const load = () => {",
        "  const { createRequire } = nodeModule();",
        "  const require = createRequire(import.meta.url);",
        "  try {",
        `    return require("./rarely.cjs");`,
        "  } catch {",
        `    return createRequire(require.resolve("@sotto/client"))("./rarely.cjs");`,
        "  }",
        "};",
        ...names.map((name) => `export const ${name} = (...all) => (loaded ??= load()).${name}(...all);`),
      ];
      return { code: code.join("\n"), moduleType: "js" };
    },
  };
}

/** What those files import dynamically, and what is imported or started by others. Paths without `.ts`. */
const ENTRIES = ["cli", "commander", "sending", "testing", "sender/main", "sender/now", "telemetry/asking"];

/** Bundles what programs load in all runs, `index.mjs`, and what they load in few, `rarely.cjs`. */
export async function bundleClient(folder: string): Promise<void> {
  const common: BuildOptions = {
    platform: "node",
    resolve: { conditionNames: ["sotto-source", "import", "default"] },
    // No module of ours does anything by being loaded. Without this, all of wire with its cryptography would come along.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    transform: { target: "node20" },
    logLevel: "warn",
  };
  const rarely = await build({
    ...common,
    input: RARELY,
    plugins: [separateFiles],
    output: { file: join(folder, "rarely.cjs"), format: "cjs", minify: true },
  });
  const { output } = await build({
    ...common,
    input: resolve(CLIENT, "index.ts"),
    plugins: [requiredRarely(rarely.output[0].exports), inlinedSigns, requiredBuiltins],
    output: { format: "esm", minify: true },
    write: false,
  });
  await writeFile(join(folder, "index.mjs"), compiledEagerly(output[0].code));
}

/** Bundles all the rest: commands, sender, question, testing. */
export async function bundleRest(folder: string): Promise<void> {
  await build({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, resolve(CLIENT, `${entry}.ts`)])),
    platform: "node",
    resolve: { conditionNames: ["sotto-source", "import", "default"] },
    // Applications that mount the commands load their help texts each time: not from one more file.
    external: (id) => id !== "@sotto/wire/help" && (isBuiltin(id) || /^(@sotto\/wire|commander)(\/|$)/.test(id)),
    treeshake: { moduleSideEffects: false },
    transform: { target: "node20" },
    output: {
      dir: folder,
      format: "esm",
      // Beside index.mjs: the sender's program is looked for from there.
      chunkFileNames: "[name]-[hash].js",
      minify: true,
    },
    logLevel: "warn",
  });
}
