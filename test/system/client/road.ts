import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { decodeName, type KeyPair, openFrame, readBody } from "@sotto/wire";
import dnsPacket from "dns-packet";
import { onTestFinished, vi } from "vitest";
import { startCollector, type TestCollector } from "../../e2e/collector.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

export const ZONE = "r.example.net";

/** Bits of the zone's puzzle: it is solved, and takes no time. */
export const BITS = 4;

/** A bucket of the server's log, in seconds: the shortest there is a test waits for. */
const BUCKET_SECONDS = 2;

/** A question that a client sent; one that is sent again, for want of an answer, counts again. */
export interface Query {
  /** Absolute, in lower case. */
  readonly name: string;
  readonly type: string;
}

/**
 * What becomes of a query. `answer-lost`: the server has it, and the client does not know; `held`: its answer comes when
 * the road is cleared.
 */
export type Fate = "answered" | "lost" | "answer-lost" | "held";

/** The road between a user's machine and a zone's server: it notes what goes by, and loses what it is told to. */
export class Road {
  /** As `SOTTO_SERVER` takes it. */
  readonly address: string;
  readonly queries: Query[] = [];
  /** Folder of the server's data; null when there is no server at the end. */
  readonly data: string | null;
  fate: (query: Query) => Fate = () => "answered";
  readonly #held: (() => void)[] = [];
  readonly #server: TestCollector | null;

  private constructor(socket: Socket, data: string | null, server: TestCollector | null) {
    this.address = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
    this.data = data;
    this.#server = server;
    socket.on("message", (message, client) => this.#take(socket, message, client));
  }

  /** A road to a real server, which goes with the test. */
  static async toServer(): Promise<Road> {
    const data = join(await temporaryFolder(), "data");
    return await Road.#open(data, await startCollector(data, { bits: BITS, bucket: BUCKET_SECONDS }));
  }

  /** A road that ends nowhere: nobody ever answers. */
  static async toNowhere(): Promise<Road> {
    return await Road.#open(null, null);
  }

  static async #open(data: string | null, server: TestCollector | null): Promise<Road> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    return new Road(socket, data, server);
  }

  /** Names of reports that were asked for, each once, in order. */
  get reports(): string[] {
    return [...new Set(this.queries.filter(({ type }) => type === "A").map(({ name }) => name))];
  }

  /** What those reports say. */
  texts(key: KeyPair): (string | null)[] {
    return this.reports.map((name) => {
      const frame = decodeName(name, ZONE);
      const block = frame === null ? null : openFrame(frame, key);
      const body = block === null ? null : readBody(block);
      return body?.type === "whole" ? Buffer.from(body.text).toString() : null;
    });
  }

  /** Waits until somebody asks something of a type. */
  async asked(type: string): Promise<void> {
    await vi.waitUntil(() => this.queries.some((query) => query.type === type), { timeout: 60_000, interval: 10 });
  }

  /** Lets the answers go that were held, and holds no more. */
  clear(): void {
    this.fate = () => "answered";
    for (const answer of this.#held.splice(0)) answer();
  }

  #take(socket: Socket, message: Buffer, client: RemoteInfo): void {
    const [question] = dnsPacket.decode(message).questions ?? [];
    if (question === undefined) return;
    const query = { name: `${question.name.toLowerCase()}.`, type: question.type };
    this.queries.push(query);
    const fate = this.fate(query);
    if (this.#server === null || fate === "lost") return;
    const { address, port } = this.#server.dns;
    const beyond = createSocket("udp4");
    beyond.unref();
    beyond.on("error", () => beyond.close());
    beyond.once("message", (answer) => {
      beyond.close();
      const pass = () => socket.send(answer, client.port, client.address);
      if (fate === "answered") pass();
      if (fate === "held") this.#held.push(pass);
    });
    beyond.send(message, port, address);
  }
}
