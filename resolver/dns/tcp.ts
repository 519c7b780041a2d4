import { once } from "node:events";
import { createServer, isIPv6, type Server, type Socket } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import { ConnectionCaps } from "./connectioncaps.ts";
import type { Answerer } from "./gate.ts";
import type { SourcePrefix } from "./source.ts";
import { TcpConnection } from "./tcpconnection.ts";
import { TCP_LIMITS, type TcpLimits } from "./tcplimits.ts";
import type { Sharing } from "./udp.ts";

/** Serves DNS over TCP (RFC 7766): pipelined queries, answered as they are ready, out of order where that is faster. */
export class TcpServer {
  readonly #server: Server;
  readonly #connections = new Set<TcpConnection>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param prefix tells sources apart for the cap on connections.
   * @throws the system's error when the endpoint cannot be bound.
   */
  static async listen(
    endpoint: Endpoint,
    gate: Answerer,
    prefix: SourcePrefix,
    limits: TcpLimits = TCP_LIMITS,
    { reusePort = false }: Sharing = {},
  ): Promise<TcpServer> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    const tcp = new TcpServer(server);
    const caps = new ConnectionCaps(prefix, limits.connections, limits.connectionsPerPrefix);
    server.on("connection", (socket) => tcp.#accept(socket, gate, caps, limits));
    const bound = once(server, "listening");
    server.listen({ port: endpoint.port, host: endpoint.address, ipv6Only: isIPv6(endpoint.address), reusePort });
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
    for (const connection of this.#connections) connection.pause();
  }

  async close(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  #accept(socket: Socket, gate: Answerer, caps: ConnectionCaps, limits: TcpLimits): void {
    const address = socket.remoteAddress ?? "";
    const release = caps.admit(address);
    if (release === null) {
      socket.on("error", () => {});
      socket.resetAndDestroy();
      return;
    }
    const connection = new TcpConnection(socket, address, gate, limits);
    this.#connections.add(connection);
    socket.on("close", () => {
      release();
      this.#connections.delete(connection);
    });
  }
}
