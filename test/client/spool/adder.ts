import { dirname } from "node:path";
import { addFrames } from "../../../client/spool/spool.ts";
import { entryOf, NOON } from "./frames.ts";

// A process that adds frames: the state folder, a name for it, how many.
const [, , path = "", name = "", count = "0"] = process.argv;
for (let at = 0; at < Number(count); at++) {
  const change = await addFrames({ path, within: dirname(path) }, [entryOf(`${name}/${at}`)], NOON, {
    patience: 100_000,
  });
  process.stdout.write(`${change.type}\n`);
}
