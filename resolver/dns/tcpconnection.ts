import { once } from "node:events";
import type { Socket } from "node:net";
import type { Answerer } from "./gate.ts";
import { TcpFraming, withLength } from "./tcpframing.ts";
import type { TcpLimits } from "./tcplimits.ts";

/** Octets of answers that a peer does not read; reading its queries waits beyond it. */
const MAX_UNREAD_OCTETS = 64 * 1024;

/**
 * One connection. Only a whole query counts as activity: octets that trickle in keep nothing open, and a message that
 * takes too long ends the connection however busy it is otherwise.
 */
export class TcpConnection {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #gate: Answerer;
  readonly #limits: TcpLimits;
  readonly #idle: NodeJS.Timeout;
  /** Runs while a message has begun and not ended. */
  #message: NodeJS.Timeout | null = null;
  readonly #received = new TcpFraming();
  #underWay = 0;
  #ended = false;
  #reading = false;

  constructor(socket: Socket, address: string, gate: Answerer, limits: TcpLimits) {
    this.#socket = socket;
    this.#address = address;
    this.#gate = gate;
    this.#limits = limits;
    this.#idle = setTimeout(() => this.#onIdle(), limits.idleMilliseconds).unref();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#stopTimers());
    socket.on("end", () => {
      this.#ended = true;
      this.#finish();
    });
    socket.on("drain", () => this.#readQueries());
    socket.on("data", (octets) => {
      this.#received.push(octets);
      this.#readQueries();
    });
  }

  /** Takes no more queries; answers still under way can be sent. */
  pause(): void {
    this.#socket.removeAllListeners("data").resume();
  }

  /** Ends the connection when what was written to it has gone. */
  async close(): Promise<void> {
    const closed = this.#socket.closed ? null : once(this.#socket, "close");
    this.#socket.end().destroySoon();
    await closed;
  }

  /** Answers may come while this runs; it is a loop, not a recursion, however many queries were pipelined. */
  #readQueries(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (!this.#isBusy()) {
      const message = this.#received.next();
      if (message === null) break;
      this.#stopMessageTimer();
      this.#idle.refresh();
      this.#underWay++;
      this.#gate.respond(message, "tcp", this.#address, answerOn, this);
    }
    this.#reading = false;
    if (this.#isBusy()) {
      this.#socket.pause();
      return;
    }
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#received.isWaiting && this.#message === null && !this.#socket.destroyed) {
      this.#message = setTimeout(() => this.#socket.destroy(), this.#limits.messageMilliseconds).unref();
    }
  }

  /** Sends an answer; a message that deserves none ends the connection. */
  answer(answer: Buffer | null): void {
    this.#underWay--;
    if (answer === null) this.#socket.destroy();
    else if (this.#socket.writable) this.#socket.write(withLength(answer));
    this.#readQueries();
    this.#finish();
  }

  #isBusy(): boolean {
    return this.#underWay >= this.#limits.pipelined || this.#socket.writableLength >= MAX_UNREAD_OCTETS;
  }

  /** Waiting for our own answers is not being idle (RFC 7766 section 6.2.3); not reading them is. */
  #onIdle(): void {
    if (this.#underWay > 0 && this.#socket.writableLength === 0) this.#idle.refresh();
    else this.#socket.destroy();
  }

  #finish(): void {
    if (this.#ended && this.#underWay === 0) this.#socket.end();
  }

  #stopMessageTimer(): void {
    if (this.#message !== null) clearTimeout(this.#message);
    this.#message = null;
  }

  #stopTimers(): void {
    clearTimeout(this.#idle);
    this.#stopMessageTimer();
  }
}

function answerOn(answer: Buffer | null, connection: TcpConnection): void {
  connection.answer(answer);
}
