import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "@sotto/wire/help";
import { describe, expect, it } from "vitest";
import { PACKAGES, ROOT } from "./sources.ts";

describe("the version that commands print", () => {
  it.each(["", ...PACKAGES])("is that of %s/package.json", (folder) => {
    expect(JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).version).toBe(VERSION);
  });
});
