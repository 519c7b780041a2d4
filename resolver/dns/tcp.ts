import { once } from "node:events";
import { createServer, isIPv6, type Server, type Socket } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import type { Responder } from "./responder.ts";

/** Connections at once; more are closed as they come (RFC 7766 section 6.1 leaves the number to us). */
const MAX_CONNECTIONS = 512;

/** A connection on which no whole query arrives for this long is closed (RFC 7766 section 6.2.3). */
const IDLE_MILLISECONDS = 10_000;

/** Queries of one connection under way at once; reading waits beyond it. */
const MAX_PIPELINED = 100;

/** Answers that a peer does not read; reading its queries waits beyond it. */
const MAX_UNREAD_OCTETS = 64 * 1024;

const LENGTH_OCTETS = 2;

/** Serves DNS over TCP (RFC 7766): pipelined queries, answered as they are ready, out of order where that is faster. */
export class TcpServer {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws the system's error when the endpoint cannot be bound. */
  static async listen(endpoint: Endpoint, responder: Responder): Promise<TcpServer> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    server.maxConnections = MAX_CONNECTIONS;
    const tcp = new TcpServer(server);
    server.on("connection", (socket) => tcp.#accept(socket, responder));
    const bound = once(server, "listening");
    server.listen({ port: endpoint.port, host: endpoint.address, ipv6Only: isIPv6(endpoint.address) });
    await bound;
    server.on("error", () => {});
    return tcp;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Takes no more connections and queries; answers still under way can be sent. */
  pause(): void {
    this.#server.close();
    for (const socket of this.#connections) socket.removeAllListeners("data").resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.end().destroySoon();
    if (this.#server.listening) this.#server.close();
    while (this.#connections.size > 0) await once([...this.#connections][0] as Socket, "close");
  }

  #accept(socket: Socket, responder: Responder): void {
    this.#connections.add(socket);
    let received: Buffer = Buffer.alloc(0);
    let underWay = 0;
    let ended = false;
    const finish = () => {
      if (ended && underWay === 0) socket.end();
    };
    // Only a whole query counts as activity: octets that trickle in keep nothing open.
    const idle = setTimeout(() => socket.destroy(), IDLE_MILLISECONDS);
    idle.unref();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(idle);
      this.#connections.delete(socket);
    });
    socket.on("end", () => {
      ended = true;
      finish();
    });
    let reading = false;
    // Answers may come while this runs; it is a loop, not a recursion, however many queries were pipelined.
    const readQueries = () => {
      if (reading) return;
      reading = true;
      while (underWay < MAX_PIPELINED && socket.writableLength < MAX_UNREAD_OCTETS) {
        const message = firstMessage(received);
        if (message === null) break;
        received = received.subarray(LENGTH_OCTETS + message.length);
        idle.refresh();
        underWay++;
        responder.respond(message, "tcp", (answer) => {
          underWay--;
          if (answer === null) socket.destroy();
          else if (socket.writable) socket.write(withLength(answer));
          readQueries();
          finish();
        });
      }
      reading = false;
      const busy = underWay >= MAX_PIPELINED || socket.writableLength >= MAX_UNREAD_OCTETS;
      if (busy) socket.pause();
      else if (socket.isPaused()) socket.resume();
    };
    socket.on("drain", readQueries);
    socket.on("data", (octets) => {
      received = received.length === 0 ? octets : Buffer.concat([received, octets]);
      readQueries();
    });
  }
}

/** The first whole message behind its two octets of length (RFC 1035 section 4.2.2). */
function firstMessage(received: Buffer): Buffer | null {
  if (received.length < LENGTH_OCTETS) return null;
  const end = LENGTH_OCTETS + received.readUInt16BE(0);
  return received.length < end ? null : received.subarray(LENGTH_OCTETS, end);
}

function withLength(answer: Buffer): Buffer {
  const octets = Buffer.allocUnsafe(LENGTH_OCTETS + answer.length);
  octets.writeUInt16BE(answer.length, 0);
  octets.set(answer, LENGTH_OCTETS);
  return octets;
}
