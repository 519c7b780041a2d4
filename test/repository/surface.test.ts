import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./sources.ts";
import { SURFACES } from "./surfaces.ts";

/** The names that an index re-exports, types apart. */
function exportedBy(index: string): { values: string[]; types: string[] } {
  const lists = [...index.matchAll(/export (type )?\{([^{}]*)\} from/g)];
  const names = lists.flatMap(([, typesOnly = "", list = ""]) =>
    list
      .split(",")
      .map((item) => typesOnly + item.trim())
      .filter((item) => item !== typesOnly),
  );
  const outside = (name: string) => name.replace(/^.* as /, "");
  const isType = (name: string) => name.startsWith("type ");
  return {
    values: names
      .filter((name) => !isType(name))
      .map(outside)
      .toSorted(),
    types: names
      .filter(isType)
      .map((name) => outside(name.slice("type ".length)))
      .toSorted(),
  };
}

describe.each(Object.entries(SURFACES))("the public surface of %s", (entry, surface) => {
  const file = entry.includes("/") ? `${entry}.ts` : join(entry, "index.ts");
  const index = exportedBy(readFileSync(join(ROOT, file), "utf8"));

  it("has these values", async () => {
    expect(Object.keys(await surface.load()).toSorted()).toEqual(surface.values.toSorted());
    expect(index.values).toEqual(surface.values.toSorted());
  });

  it("has these types", () => {
    expect(index.types).toEqual(surface.types.toSorted());
  });
});
