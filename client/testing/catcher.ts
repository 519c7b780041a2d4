import { decodeName, joinChunks, type KeyPair, openFrame, type Part, parseText, readBody } from "@sotto/wire";
import type { Answer } from "../lookup.ts";

/** A report as its project would read it. */
export interface CaughtReport {
  /** Of sealing, days since 1970-01-01 UTC. */
  readonly day: number;
  /** The text, a JSON object. */
  readonly text: string;
  /** The same, read. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Stands for the resolver, the zone and the decoder: opens what is looked up, and acknowledges it. */
export class Catcher {
  readonly #zone: string;
  readonly #ack: string;
  readonly #keyPair: KeyPair;
  readonly #parts = new Map<string, (Part & { readonly day: number })[]>();
  readonly #seen = new Set<string>();
  #caught: CaughtReport[] = [];

  constructor(zone: string, ack: string, keyPair: KeyPair) {
    this.#zone = zone;
    this.#ack = ack;
    this.#keyPair = keyPair;
  }

  /** Answers a look-up as a zone does. */
  readonly lookup = async (name: string): Promise<Answer> => {
    const frame = decodeName(name, this.#zone);
    const block = frame === null ? null : openFrame(frame, this.#keyPair);
    if (block === null) return { type: "not-found" };
    // A name that is asked for again is one report still.
    if (!this.#seen.has(name)) this.#read(block.day, readBody(block));
    this.#seen.add(name);
    return { type: "addresses", addresses: [this.#ack] };
  };

  /** What came since it was last taken, in the order of arrival. */
  take(): CaughtReport[] {
    const caught = this.#caught;
    this.#caught = [];
    return caught;
  }

  #read(day: number, body: ReturnType<typeof readBody>): void {
    if (body.type === "whole") this.#keep(day, body.text);
    if (body.type !== "part") return;
    const id = Buffer.from(body.messageId).toString("hex");
    const parts = [...(this.#parts.get(id) ?? []), { ...body, day }].sort((a, b) => a.index - b.index);
    this.#parts.set(id, parts);
    if (parts.length === body.count) this.#keep(day, joinChunks(parts.map(({ chunk }) => chunk)));
  }

  #keep(day: number, octets: Uint8Array): void {
    const text = new TextDecoder().decode(octets);
    parseText(octets);
    this.#caught.push({ day, text, values: JSON.parse(text) });
  }
}
