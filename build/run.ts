/** The part of `npm run build` that tsc does not do. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleClient, bundleRest } from "./bundle.ts";
import { writeManual } from "./man/write.ts";
import { programs } from "./programs.ts";
import { pruneOutput } from "./prune.ts";
import { shortenOutput } from "./shorten.ts";
import { copyTypes } from "./types.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIENT = join(ROOT, "client");

for (const name of ["wire", "keys", "resolver", "native", "decoder"]) {
  pruneOutput(join(ROOT, name));
  // Not in the client, which is to stay small: wire comes with it.
  cpSync(join(ROOT, "LICENSE"), join(ROOT, name, "LICENSE"));
}
shortenOutput(join(ROOT, "wire", "dist"));
rmSync(join(CLIENT, "dist"), { recursive: true, force: true });
await bundleClient(join(CLIENT, "dist"));
await bundleRest(join(CLIENT, "dist"));
copyTypes(join(CLIENT, "compiled"), join(CLIENT, "dist"), ["index", "commander", "sending", "testing"]);
for (const [name, program] of await programs()) writeManual(join(ROOT, name), program);
