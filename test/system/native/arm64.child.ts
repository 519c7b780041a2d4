/** Runs in Node for arm64: answers what {@link Arm64Subject} asks, by the package as it is. */
import { createInterface } from "node:readline";
import { loadBatch } from "../../../native/index.ts";
import type { Answer, Question } from "./arm64.ts";

const batch = loadBatch();

say(batch.path);
for await (const line of createInterface({ input: process.stdin })) {
  const question: Question = JSON.parse(line);
  if ("points" in question) {
    say(Buffer.from(batch.x25519(octets(question.scalar), octets(question.points))).toString("base64"));
  } else {
    const keys = question.keys.map((key) => ({ publicKey: octets(key.publicKey), secretKey: octets(key.secretKey) }));
    say(batch.match(octets(question.frames), keys));
  }
}

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
