import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Program } from "../network/program.ts";
import { EXAMPLE, PYTHON, PYTHON_ENVIRONMENT } from "./python.ts";

/** Runs something of Python's to its end, and fails with what it printed. */
async function succeed(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const program = new Program([], argv, { cwd, env: { PATH: "/usr/bin:/bin", ...env } });
  expect(await program.closed, program.output).toEqual({ code: 0, signal: null });
  return program.output;
}

describe("the Python client", () => {
  it("passes its own tests, which run all vectors for clients", async () => {
    // In memory: each file that is written is waited for.
    const env = { ...PYTHON_ENVIRONMENT, TMPDIR: "/dev/shm", HOME: await temporaryFolder() };
    const printed = await succeed([PYTHON, "-W", "error", "-m", "unittest", "-q"], EXAMPLE, env);
    expect(printed).toMatch(/Ran \d\d+ tests[\s\S]*OK/);
  });

  it("has ci-info's list of vendors", async () => {
    const script = "import json; from sotto_client.report.civendors import VENDORS; print(json.dumps(VENDORS))";
    const printed = await succeed([PYTHON, "-c", script], EXAMPLE, PYTHON_ENVIRONMENT);
    const vendors: { env: unknown }[] = createRequire(import.meta.url)("ci-info/vendors.json");
    expect(JSON.parse(printed)).toEqual(vendors.map(({ env }) => env));
  });

  it("is built without the network, and what is built has its command", async () => {
    const folder = await temporaryFolder();
    const [source, home, installed] = [join(folder, "source"), join(folder, "home"), join(folder, "installed")];
    await mkdir(home);
    // Building writes beside the sources.
    await cp(EXAMPLE, source, { recursive: true });
    const build = [PYTHON, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder];
    await succeed(build, source, { HOME: home });
    const wheels = (await readdir(folder)).filter((name) => name.endsWith(".whl"));
    expect(wheels).toEqual(["sotto_client-0.1.0-py3-none-any.whl"]);
    const unpack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    await succeed([PYTHON, "-c", unpack, join(folder, wheels[0] ?? ""), installed], folder, {});
    const files = (await readdir(installed, { recursive: true })).filter((name) => !name.endsWith(".py"));
    expect(files).toContain("sotto_client/py.typed");
    expect(files).toContain("sotto_client-0.1.0.dist-info/entry_points.txt");
    await writeFile(join(folder, "run.py"), "from sotto_client.commands.cli import main\nmain(['status'])\n");
    const printed = await succeed([PYTHON, join(folder, "run.py")], folder, { PYTHONPATH: installed, HOME: home });
    expect(printed).toContain("No program has asked here");
  });
});
