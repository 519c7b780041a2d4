import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePublicKey } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { BITS, Road, ZONE } from "../client/road.ts";
import { definitionOf, GRANTED, KEY, TODAY, UNTROUBLED, User } from "../client/user.ts";
import { Program } from "../network/program.ts";
import { compileSources, EXAMPLE, installationFile, PYTHON, PYTHON_ENVIRONMENT } from "./python.ts";

beforeAll(compileSources);

/** The Django project as somebody has it who copied it, with a key and a zone of their own. */
async function project() {
  const folder = join(await temporaryFolder(), "django");
  await cp(join(EXAMPLE, "django"), folder, { recursive: true });
  const file = join(folder, "usage", "sotto.json");
  const definition = JSON.parse(await readFile(file, "utf8"));
  const zones = [{ zone: ZONE, ack: ["198.18.0.7"], bits: BITS }];
  const { keys } = definitionOf();
  expect(keys).toMatchObject([{ key: encodePublicKey(KEY.publicKey) }]);
  await writeFile(file, JSON.stringify({ ...definition, zones, keys, ciSample: 1 }));
  const user = await User.make();
  const manage = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const environment = { ...user.environment, ...PYTHON_ENVIRONMENT, ...env };
    const program = new Program([], [PYTHON, "manage.py", ...args], { cwd: folder, env: environment });
    return { ...(await program.closed), printed: program.output };
  };
  return { user, manage };
}

describe("the Django project", () => {
  it("passes its own tests", async () => {
    const { user, manage } = await project();
    const { code, printed } = await manage(["test"]);
    expect([code, printed]).toEqual([0, expect.stringMatching(/Ran \d+ tests[\s\S]*OK/)]);
    expect(user.files()).toEqual([]);
  });

  it("tells once a week which versions are used, and counts its commands", async () => {
    const { user, manage } = await project();
    const road = await Road.toServer();
    const env = { ...GRANTED, SOTTO_SERVER: road.address };
    expect(await manage(["migrate", "--verbosity", "0"], env)).toEqual(UNTROUBLED);
    await user.quiet();
    expect(await manage(["check", "usage"], env)).toMatchObject({ code: 0 });
    expect(await manage(["telemetry", "history"], env)).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`mysite weekly to ${ZONE}: arrived`),
    });
    const [text, ...others] = road.texts(KEY);
    expect(others).toEqual([]);
    expect(JSON.parse(text ?? "")).toEqual({
      p: expect.stringMatching(/^3\.\d+\.\d+$/),
      d: expect.stringMatching(/^\d\.\d+\.\d+$/),
      e: "sqlite3",
      v: expect.stringMatching(/^3\.\d+\.\d+$/),
      r: "ci",
    });
    const counts = await readFile(installationFile(user, "mysite", `counts-${TODAY}.ndjson`), "utf8");
    expect(counts).toBe('{"use":{"commands":{"migrate":1}}}\n{"use":{"commands":{"check":1}}}\n');
    expect(await manage(["telemetry", "disable"])).toMatchObject({ code: 0 });
    const files = user.files();
    expect(await manage(["check"], env)).toMatchObject({ code: 0 });
    expect(user.files()).toEqual(files);
  });
});
