import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Most of what a short process costs is that Node makes JavaScript of our TypeScript and compiles it. The tests start
// hundreds: here Node finds what an earlier one made. It keeps it by the octets of each file, so that nothing is stale.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

const sources = { resolve: { conditions: ["sotto-source"] }, ssr: { resolve: { conditions: ["sotto-source"] } } };

/** What takes longest, so that no worker begins it when the other has nothing left to do. */
const LONGEST = [
  "system/resolvers",
  "examples/embedding",
  "decoder/signature",
  "e2e/kill",
  "e2e/epochs",
  "resolver/commands/mirror",
  "resolver/log/crash",
].map((name) => `/test/${name}.test.ts`);

/** Longest first: Vitest knows by itself only what took long in a run before, and a clean checkout has had none. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LONGEST.findIndex((name) => moduleId.endsWith(name));
    const others = await super.sort(files.filter((file) => place(file) < 0));
    return [...files.filter((file) => place(file) >= 0).sort((a, b) => place(a) - place(b)), ...others];
  }
}

export default defineConfig({
  test: {
    // Tests wait for other programs a good part of the time, on whatever number of cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // `npm run coverage`. What tests run in processes of their own, commands above all, is not counted.
    coverage: {
      provider: "v8",
      include: ["{wire,keys,client,resolver,native,decoder}/**/*.ts"],
      exclude: ["**/dist/**", "**/compiled/**", "**/*.d.ts"],
      reporter: ["json-summary"],
      reportsDirectory: "node_modules/.cache/coverage",
      reportOnFailure: true,
    },
    projects: [
      {
        ...sources,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/system/**", "test/long/**"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...sources,
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      // What takes too long to be run with every change.
      { ...sources, test: { name: "long", include: ["test/long/**/*.test.ts"] } },
    ],
  },
});
