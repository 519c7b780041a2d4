/** The part of `npm run build` that tsc does not do. */
import { fileURLToPath } from "node:url";
import { bundleClient } from "./bundle.ts";

await bundleClient(fileURLToPath(new URL("../client/dist/index.js", import.meta.url)));
