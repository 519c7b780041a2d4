import { Worker } from "node:worker_threads";

/** A sender that still runs after this is stuck: in a resolver, on a disk that went away. */
export const DEADLINE_MILLISECONDS = 5 * 60_000;

/**
 * Ends this process after a while, whatever it is doing then: by a thread of its own, since a timer would wait for code
 * that hangs, and by a signal that neither a handler nor a pending look-up holds up.
 *
 * @param milliseconds from now.
 */
export function armDeadline(milliseconds: number): void {
  const code = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${milliseconds})`;
  const thread = new Worker(code, { eval: true, stdout: true, stderr: true });
  // Without a deadline, nothing is begun.
  thread.once("error", endNow);
  thread.unref();
}

/** Ends this process now. `process.exit` would wait for a look-up that is pending. */
export function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
