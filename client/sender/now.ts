import { setTimeout as sleep } from "node:timers/promises";
import { systemBinding } from "../installation/folder.ts";
import { lookupText } from "../lookup.ts";
import { lookupOf } from "../send.ts";
import type { World } from "../telemetry/world.ts";
import { runSender } from "./sender.ts";

/** The variable that names a DNS server, `127.0.0.1:5300`, to ask instead of the system's resolver. */
const SERVER_VARIABLE = "SOTTO_SERVER";

/**
 * Runs the sender in this process, with the machine's installations and the system's resolver. Where the state folder is
 * not there it does nothing.
 *
 * @param isInForeground whether a program waits for it.
 */
export async function sendNow(world: World, isInForeground: boolean): Promise<void> {
  const { places, environment } = world;
  const binding = places.state === null ? null : systemBinding(places.state);
  if (binding === null) return;
  const server = environment[SERVER_VARIABLE] ?? "";
  const servers = server === "" ? [] : [server];
  await runSender({
    ...world,
    binding,
    isCi: world.isCi(),
    isInForeground,
    lookup: lookupOf(servers),
    lookupText: async (name) => await lookupText(name, servers),
    sleep: async (milliseconds) => await sleep(milliseconds),
  });
}
