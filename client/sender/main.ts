import { constants, setPriority } from "node:os";
import { armDeadline, DEADLINE_MILLISECONDS, endNow } from "./deadline.ts";

/**
 * The sender's process: `main.ts FOLDER`, the folder that the program was in which started it. It has no terminal and
 * nobody to speak to, so it prints nothing, and what goes wrong is tried again by another.
 */
armDeadline(DEADLINE_MILLISECONDS);
try {
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some systems do not let it.
}
try {
  // Only now: loading the rest from a disk that hangs has to end, too.
  const { systemWorld } = await import("../systemworld.ts");
  const { sendNow } = await import("./now.ts");
  const [, , workingFolder = ""] = process.argv;
  await sendNow({ ...systemWorld(), workingFolder: workingFolder === "" ? null : workingFolder }, false);
} catch {
  // See above.
} finally {
  endNow();
}
