import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { listenDns } from "../../../resolver/dns/listen.ts";
import { SourcePrefix } from "../../../resolver/dns/source.ts";
import { TCP_LIMITS, type TcpLimits } from "../../../resolver/dns/tcplimits.ts";
import { Asker } from "../../e2e/asker.ts";
import { words } from "../../e2e/questions.ts";
import type { Served } from "./served.ts";

/** A gate behind real sockets, which go with the test. */
export interface Listening {
  readonly port: number;
  readonly askUdp: (query: Buffer) => Promise<Buffer>;
  readonly askTcp: (query: Buffer) => Promise<Buffer>;
  readonly connect: () => Promise<Connection>;
}

/** A client's connection. */
export interface Connection {
  readonly socket: Socket;
  /** All that came by the time it was closed, and when that is. */
  readonly closed: Promise<Buffer[]>;
}

export async function listen(
  { gate }: Pick<Served, "gate">,
  address = "127.0.0.1",
  limits: Partial<TcpLimits> = {},
): Promise<Listening> {
  const prefix = new SourcePrefix(Buffer.alloc(16));
  const { port, servers } = await listenDns({ address, port: 0 }, gate, prefix, { ...TCP_LIMITS, ...limits });
  const asker = address === "127.0.0.1" ? await Asker.open({ address, port }) : null;
  const connection = async (): Promise<Connection> => {
    const socket = connect({ port, host: address, noDelay: true });
    const received: Buffer[] = [];
    socket.on("data", (octets) => received.push(octets));
    // A server that refuses resets.
    socket.on("error", () => {});
    const closed = new Promise<Buffer[]>((resolve) => {
      socket.on("close", () => resolve(messagesIn(Buffer.concat(received))));
    });
    await Promise.race([new Promise((resolve) => socket.on("connect", resolve)), closed]);
    return { socket, closed };
  };
  onTestFinished(async () => {
    asker?.close();
    await Promise.all(servers.map((server) => server.close()));
  });
  return {
    port,
    askUdp: async (query) => {
      const answer = await asker?.askOctets(query, 20_000);
      if (!answer) throw new Error("no answer over UDP");
      return answer;
    },
    askTcp: async (query) => {
      const { socket, closed } = await connection();
      socket.end(framed(query));
      const [answer, ...more] = await closed;
      if (answer === undefined || more.length > 0) throw new Error("not one answer over TCP");
      return answer;
    },
    connect: connection,
  };
}

/** A message behind its length (RFC 1035 section 4.2.2). */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([words(message.length), message]);
}

function messagesIn(octets: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = at + 2 + octets.readUInt16BE(at);
    messages.push(octets.subarray(at + 2, end));
    at = end;
  }
  return messages;
}
