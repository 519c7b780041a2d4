import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Most of what a short process costs is that Node makes JavaScript of our TypeScript and compiles it. The tests start
// hundreds: here Node finds what an earlier one made. It keeps it by the octets of each file, so that nothing is stale.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

const sources = { resolve: { conditions: ["sotto-source"] }, ssr: { resolve: { conditions: ["sotto-source"] } } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...sources,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/system/**"],
          testTimeout: 120_000,
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
    ],
  },
});
