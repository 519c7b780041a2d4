import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import dnsPacket, { type DecodedPacket, type Packet } from "dns-packet";

/** A question with whatever EDNS a resolver adds. */
export interface Ask {
  readonly name: string;
  readonly type?: string;
  /** Options of an OPT record; none when absent. */
  readonly options?: readonly unknown[];
}

/** Builds a query with dns-packet, an encoder that is not ours. */
export function makeQuery({ name, type = "A", options }: Ask, id: number): Buffer {
  const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: options ?? [] };
  return dnsPacket.encode({
    type: "query",
    id,
    flags: 0,
    questions: [{ type, name: name.replace(/\.$/, ""), class: "IN" }],
    additionals: options === undefined ? [] : [opt],
  } as unknown as Packet);
}

/** Asks over UDP from one local address, and waits for answers by their ids. */
export class Asker {
  readonly #socket: Socket;
  readonly #server: { readonly address: string; readonly port: number };
  readonly #waiting = new Map<number, (answer: Buffer | null) => void>();
  #next = 0;

  private constructor(socket: Socket, server: { readonly address: string; readonly port: number }) {
    this.#socket = socket;
    this.#server = server;
    socket.on("message", (answer) => this.#settle(answer.readUInt16BE(0), answer));
    socket.on("error", () => {});
  }

  static async open(server: { readonly address: string; readonly port: number }, from = "127.0.0.1"): Promise<Asker> {
    const socket = createSocket("udp4");
    socket.bind(0, from);
    await once(socket, "listening");
    return new Asker(socket, server);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** The answer's octets, or null when none comes in time. */
  async askOctets(query: Buffer, milliseconds = 2000): Promise<Buffer | null> {
    const id = query.readUInt16BE(0);
    return await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      setTimeout(() => this.#settle(id, null), milliseconds).unref();
      this.#socket.send(query, this.#server.port, this.#server.address);
    });
  }

  /** The answer as dns-packet reads it, or null when none comes in time. */
  async ask(question: Ask, milliseconds?: number): Promise<DecodedPacket | null> {
    this.#next = (this.#next + 1) % 0x10000;
    const answer = await this.askOctets(makeQuery(question, this.#next), milliseconds);
    return answer === null ? null : dnsPacket.decode(answer);
  }

  close(): void {
    this.#socket.close();
  }

  #settle(id: number, answer: Buffer | null): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}

/** The one address that an answer holds, or null. */
export function addressIn(answer: DecodedPacket | null): string | null {
  const [record, ...more] = answer?.answers ?? [];
  return record?.type === "A" && more.length === 0 ? record.data : null;
}
