/** The part of `npm run build` that tsc does not do. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleClient } from "./bundle.ts";
import { pruneOutput } from "./prune.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

for (const name of ["wire", "keys", "client", "resolver", "decoder"]) pruneOutput(join(ROOT, name));
await bundleClient(join(ROOT, "client", "dist", "index.js"));
