import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect, isIPv6 } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../endpoint.ts";
import { encodeQuery, type Outcome, type Question, readReply, type Silence } from "./message.ts";

/** How long one datagram is waited for: recursion from an empty cache may take several round trips. */
const UDP_MILLISECONDS = 2500;

/** How often a question is sent: a datagram may be lost on its way. */
const UDP_TRIES = 3;

/** How long a connection may take from its beginning to the answer. */
const TCP_MILLISECONDS = 5000;

/** How long getaddrinfo is waited for: its own time-outs, two tries at each of three servers, are just as long. */
const LOOKUP_MILLISECONDS = 30_000;

/** What a program gets that asks the system for addresses. */
export type Lookup = { readonly addresses: readonly string[] } | { readonly code: string };

/** How the doctor asks; a test brings its own. */
export interface Asker {
  /** Over UDP, and over TCP what was cut. */
  ask(server: Endpoint, question: Question): Promise<Outcome>;
  askOverTcp(server: Endpoint, question: Question): Promise<Outcome>;
  /** The system's own way, getaddrinfo, IPv4 only: what a client does. */
  lookup(name: string): Promise<Lookup>;
}

/** Asks over the network. */
export const networkAsker: Asker = {
  async ask(server, question) {
    let outcome: Outcome = { silence: "silent" };
    for (let tries = 0; tries < UDP_TRIES; tries++) {
      outcome = await askOverUdp(server, question);
      if ("reply" in outcome || outcome.silence !== "silent") break;
    }
    return "reply" in outcome && outcome.reply.truncated ? askOverTcp(server, question) : outcome;
  },
  askOverTcp,
  async lookup(name) {
    const stop = new AbortController();
    const late = sleep(LOOKUP_MILLISECONDS, { code: "ETIMEDOUT" }, { signal: stop.signal }).catch(() => ({
      code: "ETIMEDOUT",
    }));
    const found = lookup(name, { family: 4, all: true }).then(
      (addresses): Lookup => ({ addresses: addresses.map(({ address }) => address) }),
      (error: NodeJS.ErrnoException): Lookup => ({ code: error.code ?? "EUNKNOWN" }),
    );
    const first = await Promise.race([found, late]);
    stop.abort();
    return first;
  },
};

function askOverUdp({ address, port }: Endpoint, question: Question): Promise<Outcome> {
  const query = encodeQuery(question, randomInt(0x10000));
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // What the system still has to say of a socket that goes is of no concern any more.
      socket.on("error", () => {});
      socket.close();
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ silence: "silent" }), UDP_MILLISECONDS);
    socket.on("error", (error) => end({ silence: silenceOf(error) }));
    socket.on("message", (message) => {
      const outcome = readReply(query, message);
      if (outcome !== null) end(outcome);
    });
    // A connected socket takes datagrams of that server only, and is told when nothing listens there.
    socket.connect(port, address, () => {
      socket.send(query, (error) => {
        if (error) end({ silence: silenceOf(error) });
      });
    });
  });
}

function askOverTcp({ address, port }: Endpoint, question: Question): Promise<Outcome> {
  const query = encodeQuery(question, randomInt(0x10000));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const socket = connect({ host: address, port });
  let received = Buffer.alloc(0);
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ silence: "silent" }), TCP_MILLISECONDS);
    socket.on("error", (error) => end({ silence: silenceOf(error) }));
    socket.on("close", () => end({ silence: "closed" }));
    socket.on("connect", () => socket.write(Buffer.concat([length, query])));
    socket.on("data", (octets) => {
      received = Buffer.concat([received, octets]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      end(readReply(query, received.subarray(2, 2 + received.readUInt16BE(0))) ?? { silence: "malformed" });
    });
  });
}

function silenceOf({ code }: NodeJS.ErrnoException): Silence {
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "closed";
  return code === "ETIMEDOUT" ? "silent" : "unreachable";
}
