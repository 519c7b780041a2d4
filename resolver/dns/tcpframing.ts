/** Octets of a message's length (RFC 1035 section 4.2.2). */
const LENGTH_OCTETS = 2;

/**
 * Cuts a stream into messages, each behind its length. What has been given out is never written to again, and room grows
 * by doubling: a peer that sends single octets costs us no more copies than it sends octets.
 */
export class TcpFraming {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** Whether octets are here that are no whole message yet. */
  get isWaiting(): boolean {
    return this.#start < this.#end;
  }

  push(octets: Buffer): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#buffer = octets;
      this.#start = 0;
      this.#end = octets.length;
      return;
    }
    if (this.#end + octets.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * held, held + octets.length));
      this.#buffer.copy(larger, 0, this.#start, this.#end);
      this.#buffer = larger;
      this.#start = 0;
      this.#end = held;
    }
    octets.copy(this.#buffer, this.#end);
    this.#end += octets.length;
  }

  /** The next whole message, or null. */
  next(): Buffer | null {
    if (this.#end - this.#start < LENGTH_OCTETS) return null;
    const start = this.#start + LENGTH_OCTETS;
    const end = start + this.#buffer.readUInt16BE(this.#start);
    if (end > this.#end) return null;
    this.#start = end;
    return this.#buffer.subarray(start, end);
  }
}

/** An answer behind its length, in one piece. */
export function withLength(answer: Buffer): Buffer {
  const octets = Buffer.allocUnsafe(LENGTH_OCTETS + answer.length);
  octets.writeUInt16BE(answer.length, 0);
  octets.set(answer, LENGTH_OCTETS);
  return octets;
}
