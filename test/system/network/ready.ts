import { setTimeout as sleep } from "node:timers/promises";
import type { Namespace } from "./namespace.ts";
import type { Program } from "./program.ts";

/** A cold start of the slowest of them takes under two seconds on two busy cores. */
const READY_TIMEOUT_MS = 20_000;
const PAUSE_MS = 50;
/** named alone greets with ten thousand characters. */
const SHOWN_CHARACTERS = 3000;

export interface Question {
  readonly name: string;
  readonly type: string;
}

/**
 * Waits until a DNS server answers the question with at least one record. A server that ends, or that stays silent too
 * long, is stopped, and the error carries the last that it printed.
 */
export async function untilAnswers(
  namespace: Namespace,
  server: Program,
  address: string,
  question: Question,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (server.running && Date.now() < deadline) {
    if (await answers(namespace, address, question)) return;
    await sleep(PAUSE_MS);
  }
  const why = server.running
    ? `gave no answer to ${question.name} ${question.type} within ${READY_TIMEOUT_MS} ms`
    : "ended before it gave an answer";
  await server.stop();
  throw new Error(
    `${server.argv.join(" ")} at ${address} ${why}; it printed:\n${server.output.slice(-SHOWN_CHARACTERS)}`,
  );
}

async function answers(namespace: Namespace, address: string, question: Question): Promise<boolean> {
  const options = ["+short", "+timeout=1", "+retry=0"];
  const { stdout } = await namespace.run(["kdig", `@${address}`, ...options, question.name, question.type]);
  // In short form, comments and warnings start with a semicolon, and everything else is a record.
  return stdout.split("\n").some((line) => line !== "" && !line.startsWith(";"));
}
