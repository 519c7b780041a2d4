import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Dice } from "./dice.ts";
import { words } from "./questions.ts";

/** How the octets of a conversation reach the server. */
export type Manner =
  /** All messages at once, then the end. */
  | "pipelined"
  /** A few octets at a time: a message comes in many pieces. */
  | "trickled"
  /** The last message without its end, then the end. */
  | "cut"
  /** The last message without its end, then a reset while answers may be under way. */
  | "reset"
  /** The last message without its end, then silence: the server has to hang up. */
  | "stalled";

/** The answers of one connection, in the order in which they came, and octets that are no whole answer. */
export interface Heard {
  readonly answers: readonly Buffer[];
  readonly rest: Buffer;
}

/** Says messages over one TCP connection, each behind its length (RFC 7766), and listens until the server hangs up. */
export async function converse(port: number, messages: readonly Buffer[], manner: Manner, dice: Dice): Promise<Heard> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  const heard: Buffer[] = [];
  socket.on("data", (octets) => heard.push(octets));
  // A server may close on a message that it does not answer while others are still being written.
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await once(socket, "connect");
  const whole = Buffer.concat(messages.flatMap((message) => [words(message.length), message]));
  const octets = manner === "pipelined" || manner === "trickled" ? whole : withoutEnd(whole, messages.at(-1), dice);
  if (manner === "trickled") {
    for (let at = 0; at < octets.length && socket.writable; ) {
      const next = at + dice.between(1, 40);
      socket.write(octets.subarray(at, next));
      at = next;
      await turn();
    }
  } else {
    socket.write(octets);
  }
  if (manner === "reset") {
    await turn();
    socket.resetAndDestroy();
  } else if (manner !== "stalled") {
    socket.end();
  }
  await closed;
  return splitMessages(Buffer.concat(heard));
}

/** Leaves out one octet or more of the last message, or of its length. */
function withoutEnd(whole: Buffer, last: Buffer | undefined, dice: Dice): Buffer {
  return whole.subarray(0, whole.length - dice.between(1, 1 + (last?.length ?? 0)));
}

function splitMessages(octets: Buffer): Heard {
  const answers: Buffer[] = [];
  let at = 0;
  while (at + 2 <= octets.length && at + 2 + octets.readUInt16BE(at) <= octets.length) {
    const end = at + 2 + octets.readUInt16BE(at);
    answers.push(octets.subarray(at + 2, end));
    at = end;
  }
  return { answers, rest: octets.subarray(at) };
}
