import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binOf, untilSealed } from "../../e2e/command.ts";
import { decoded } from "../client/decoded.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "../client/user.ts";
import { Namespace } from "../network/namespace.ts";
import { requirePackages } from "../network/packages.ts";
import { untilAnswers } from "../network/ready.ts";
import type { Resolver } from "../network/resolver.ts";
import { startRoot } from "../network/root.ts";
import { startUnbound } from "../network/unbound.ts";
import { compileSources, PROJECT, PythonProgram } from "./python.ts";

const ZONE = "r.example.net";
const SERVER = "127.0.0.20";
const BITS = 5;

let namespace: Namespace;
let unbound: Resolver;
let data: string;

beforeAll(async () => {
  requirePackages();
  compileSources();
  namespace = Namespace.create("python");
  data = join(namespace.makeDirectory("sotto"), "data");
  const root = await startRoot(namespace, [{ zone: ZONE, servers: [{ name: `ns1.${ZONE}`, address: SERVER }] }]);
  const server = namespace.spawn([
    ...[process.execPath, binOf("sotto-resolver"), "serve", "--zone", ZONE, "--listen", `${SERVER}:53`],
    ...["--http", `${SERVER}:8053`, "--data", data, "--ack", "198.18.0.7", "--bits", String(BITS)],
    ...["--bucket", "1s", "--min-batch", "1", "--publish-after", "0s"],
  ]);
  await untilAnswers(namespace, server, SERVER, { name: ZONE, type: "SOA" });
  unbound = await startUnbound(namespace, root);
});

afterAll(async () => {
  await namespace?.close();
});

/** A Python program whose zone's record alone says what counts as stored, in the network with that resolver. */
async function flushed(zone: string) {
  const user = await User.make();
  const python = await PythonProgram.of(user, { zones: [{ zone }] });
  const env = { ...python.environment, ...GRANTED };
  const { code, signal, stdout, stderr } = await namespace.run(python.argv(WEEKLY, "flush"), {
    nameserver: unbound.address,
    env,
    cwd: "/",
  });
  expect({ code, signal, printed: stdout + stderr }).toEqual(UNTROUBLED);
  return user;
}

describe("a Python program with the system's resolver", () => {
  it("asks for the policy record of the name servers that resolv.conf names, and for the name by getaddrinfo", async () => {
    const user = await flushed(ZONE);
    expect(await user.read(/\.state\.json$/)).toEqual({ version: 1, frames: ["acknowledged"] });
    expect(await user.read(/^zones\.json$/)).toMatchObject({
      policies: { [ZONE]: { ack: ["198.18.0.7"], bits: BITS, stop: [] } },
    });
    await untilSealed(data);
    expect(await decoded({ data }, KEY)).toEqual([WEEKLY_TEXT]);
  });

  it("takes a name that is not there for a refusal, and leaves the zone alone", async () => {
    const user = await flushed("r.blocked.example");
    const [entry = ""] = await user.find(new RegExp(`^spool/${PROJECT}/[0-9a-f]{64}\\.json$`));
    expect(entry).not.toBe("");
    expect(await user.read(/^spool\/.*\/[0-9a-f]{64}\.json$/)).toMatchObject({
      attempts: 1,
      refused: true,
      wait: 1440,
    });
    expect(await user.read(/^pace\.json$/)).toMatchObject({ refusals: { "r.blocked.example": expect.any(Number) } });
  });
});
