import { defineConfig } from "vitest/config";

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
