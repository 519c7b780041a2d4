import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import type { Responder } from "./responder.ts";

/** Room for a burst while the event loop is busy elsewhere. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;

/** Serves DNS over UDP (RFC 1035 section 4.2.1). Addresses live in the closure of one answer and nowhere else. */
export class UdpServer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws the system's error when the endpoint cannot be bound. */
  static async listen(endpoint: Endpoint, responder: Responder): Promise<UdpServer> {
    const family = isIPv6(endpoint.address) ? ({ type: "udp6", ipv6Only: true } as const) : ({ type: "udp4" } as const);
    const socket = createSocket({ ...family, recvBufferSize: RECEIVE_BUFFER_OCTETS });
    socket.on("message", (message, { port, address }) => {
      responder.respond(message, "udp", (answer) => {
        // A requester that went away is no error of ours, and its address belongs in no message.
        if (answer !== null) socket.send(answer, port, address, () => {});
      });
    });
    const bound = once(socket, "listening");
    socket.bind(endpoint.port, endpoint.address);
    await bound;
    socket.on("error", () => {});
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
