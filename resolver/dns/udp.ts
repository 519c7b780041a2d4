import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import type { Answerer } from "./gate.ts";

/** Room for a burst while the event loop is busy elsewhere. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;

/** How a socket is shared. */
export interface Sharing {
  /** Several processes listen on one port, and the system deals queries out among them. */
  readonly reusePort?: boolean;
}

/** Serves DNS over UDP (RFC 1035 section 4.2.1). An address is kept until its query is answered, and nowhere else. */
export class UdpServer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws the system's error when the endpoint cannot be bound. */
  static async listen(endpoint: Endpoint, gate: Answerer, { reusePort = false }: Sharing = {}): Promise<UdpServer> {
    const family = isIPv6(endpoint.address) ? ({ type: "udp6", ipv6Only: true } as const) : ({ type: "udp4" } as const);
    const socket = createSocket({ ...family, reusePort, recvBufferSize: RECEIVE_BUFFER_OCTETS, lookup: asGiven });
    const send = (answer: Buffer | null, { port, address }: RemoteInfo) => {
      // A requester that went away is no error of ours, and its address belongs in no message.
      if (answer !== null) socket.send(answer, port, address, ignore);
    };
    socket.on("message", (message, remote) => {
      // Nobody can be answered at port 0, which only a forger writes, and send() throws on it.
      if (remote.port !== 0) gate.respond(message, "udp", remote.address, send, remote);
    });
    const bound = once(socket, "listening");
    socket.bind(endpoint.port, endpoint.address);
    await bound;
    socket.on("error", ignore);
    return new UdpServer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Takes no more queries; answers still under way can be sent. */
  pause(): void {
    this.#socket.removeAllListeners("message");
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

function ignore(): void {}

/** Addresses are all that is ever sent to: nothing has to be looked up, which `send` would do at every answer. */
function asGiven(address: string, _: unknown, found: (error: null, address: string, family: number) => void): void {
  found(null, address, isIPv6(address) ? 6 : 4);
}
