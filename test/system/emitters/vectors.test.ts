import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const vectors = new URL("../../vectors/", import.meta.url);

it("PyNaCl and Python's library make the emitter's vectors again, octet by octet", () => {
  const script = fileURLToPath(new URL("make-emitter.py", vectors));
  const { error, status, stdout, stderr } = spawnSync("/usr/bin/python3", [script], { encoding: "utf8" });
  expect([error, status, stderr]).toEqual([undefined, 0, ""]);
  expect(stdout).toBe(readFileSync(new URL("emitter.json", vectors), "utf8"));
});
