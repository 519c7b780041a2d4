/** Octets that are written one after the other, and become more. */
export class OctetBuffer {
  #memory = new Uint8Array(1024);
  #length = 0;

  add(octets: readonly number[]): void {
    if (this.#length + octets.length > this.#memory.length) {
      const larger = new Uint8Array(2 * (this.#memory.length + octets.length));
      larger.set(this.#memory);
      this.#memory = larger;
    }
    for (const octet of octets) this.#memory[this.#length++] = octet;
  }

  get octets(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }
}
