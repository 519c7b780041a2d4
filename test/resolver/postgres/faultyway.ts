import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that a test can make slow, break, or have lead to another. */
export class FaultyWay {
  /** Octets towards the server after which a connection is cut; null: none is. */
  cutAfter: number | null = null;
  /** Whether nothing goes through. */
  #stalled = false;
  /** Connections that were made. */
  connections = 0;
  /** The server's port, for connections that are made from now on. */
  target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.target = target;
  }

  static async open(port: number): Promise<FaultyWay> {
    const server = createServer((socket) => proxy.#join(socket, connect(proxy.target, "127.0.0.1")));
    const proxy = new FaultyWay(server, port);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A connection string that leads through here. */
  through(store: string): string {
    return store.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${this.port}`);
  }

  stall(stalled: boolean): void {
    this.#stalled = stalled;
    for (const socket of this.#sockets) stalled ? socket.pause() : socket.resume();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(near: Socket, far: Socket): void {
    this.connections++;
    let sent = 0;
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      if (this.#stalled) socket.pause();
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    far.on("data", (octets) => near.write(octets));
    near.on("data", (octets: Buffer) => {
      const room = this.cutAfter === null ? octets.length : this.cutAfter - sent;
      sent += octets.length;
      if (room >= octets.length) far.write(octets);
      else far.write(octets.subarray(0, Math.max(0, room)), () => near.destroy());
    });
  }
}
