import { cp, open } from "node:fs/promises";
import { basename, join } from "node:path";
import type { LogOptions } from "../../../resolver/log/log.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { folderStore } from "./collection.ts";
import { type ContractStore, describeFrameLog } from "./contract.ts";

describeFrameLog("a data folder", async () => await storeIn(await temporaryFolder()));

async function storeIn(folder: string): Promise<ContractStore> {
  const options: { -readonly [key in keyof LogOptions]: LogOptions[key] } = {};
  // From a crash on nothing goes to disk: the process is gone.
  let dead = false;
  options.faultPoint = () => (dead ? new Promise<void>(() => {}) : undefined);
  return {
    ...folderStore(folder, options),
    limit: (octets) => {
      options.diskBudget = octets;
    },
    damage: async (id) => {
      const file = await open(join(folder, "segments", `${id}.seg`), "r+");
      await file.write(Buffer.of(0xff), 0, 1, 5000);
      await file.close();
    },
    crash: async () => {
      dead = true;
      // What is between two fault points is done: a crash there is the same as one at the next.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const copy = await temporaryFolder();
      await cp(folder, copy, { recursive: true, filter: (path) => !basename(path).startsWith("lock-") });
      return await storeIn(copy);
    },
  };
}
