import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** Octets unanswered at once: well below what a socket's receive buffer holds, so that none is lost in the kernel. */
const MAX_OCTETS_UNDER_WAY = 256 * 1024;

const IDS = 0x10000;

/** A message to send, with whatever its sender wants to find again with its answer. */
export interface Shot<T> {
  readonly octets: Buffer;
  /** Without an answer to wait for, its place is free again when it is sent. */
  readonly answerable: boolean;
  readonly tag: T;
}

/** What becomes of shots. */
export interface Target<T> {
  answered(shot: Shot<T>, answer: Buffer): void;
  lost(shot: Shot<T>): void;
  /** An answer that belongs to no shot under way. */
  stray(answer: Buffer): void;
}

/** A shot that waits for its answer. */
interface UnderWay<T> {
  readonly shot: Shot<T>;
  readonly deadline: number;
}

/** How a blaster sends. */
export interface BlasterOptions {
  /** Messages unanswered at once. */
  readonly window: number;
  /** How long an answer is waited for. */
  readonly patience: number;
}

/**
 * Sends messages over UDP from one socket as fast as they are answered, a bounded number of them under way. Each gets an
 * id of its own in its first two octets: an answer with another id shows.
 */
export class Blaster<T> {
  readonly #socket: Socket;
  readonly #target: Target<T>;
  readonly #options: BlasterOptions;
  /** By id, oldest first. */
  readonly #underWay = new Map<number, UnderWay<T>>();
  readonly #sweep: NodeJS.Timeout;
  #octets = 0;
  #unsent = 0;
  #nextId = 0;
  #wake = () => {};

  private constructor(socket: Socket, target: Target<T>, options: BlasterOptions) {
    this.#socket = socket;
    this.#target = target;
    this.#options = options;
    socket.on("message", (answer) => this.#receive(answer));
    // A server that is gone shows as lost shots, not as an error of this socket.
    socket.on("error", () => {});
    this.#sweep = setTimeout(() => this.#dropLate(), options.patience / 4);
  }

  static async open<T>(port: number, target: Target<T>, options: BlasterOptions): Promise<Blaster<T>> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 1024 * 1024, sendBufferSize: 1024 * 1024 });
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Blaster(socket, target, options);
  }

  /** Waits for a free place and sends one message. */
  async send(shot: Shot<T>): Promise<void> {
    while (!this.#hasPlaceFor(shot)) await this.#change();
    const { octets, answerable } = shot;
    if (octets.length >= 2) octets.writeUInt16BE(this.#freeId(), 0);
    if (answerable) {
      this.#underWay.set(octets.readUInt16BE(0), { shot, deadline: performance.now() + this.#options.patience });
      this.#octets += octets.length;
    }
    this.#unsent++;
    this.#socket.send(octets, () => {
      this.#unsent--;
      this.#wake();
    });
  }

  /** Waits until every message is sent and answered or lost. */
  async settle(): Promise<void> {
    while (this.#underWay.size + this.#unsent > 0) await this.#change();
  }

  close(): void {
    clearTimeout(this.#sweep);
    this.#socket.close();
  }

  #hasPlaceFor({ octets }: Shot<T>): boolean {
    const busy = this.#underWay.size + this.#unsent;
    return busy === 0 || (busy < this.#options.window && this.#octets + octets.length <= MAX_OCTETS_UNDER_WAY);
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId + 1) % IDS;
    while (this.#underWay.has(this.#nextId));
    return this.#nextId;
  }

  #receive(answer: Buffer): void {
    const id = answer.length < 2 ? -1 : answer.readUInt16BE(0);
    const found = this.#underWay.get(id);
    if (found === undefined) this.#target.stray(answer);
    else this.#end(id, found, () => this.#target.answered(found.shot, answer));
  }

  #dropLate(): void {
    const now = performance.now();
    for (const [id, found] of this.#underWay) {
      if (found.deadline > now) break;
      this.#end(id, found, () => this.#target.lost(found.shot));
    }
    this.#sweep.refresh();
  }

  #end(id: number, { shot }: UnderWay<T>, tell: () => void): void {
    this.#underWay.delete(id);
    this.#octets -= shot.octets.length;
    tell();
    this.#wake();
  }

  /** One sender at a time waits here. */
  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
