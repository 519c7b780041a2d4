import {
  admit,
  type Block,
  frameId,
  joinChunks,
  type KeyPair,
  openFrame,
  type Part,
  parseText,
  readBody,
  SottoError,
  toHex,
} from "@sotto/wire";

/** What becomes of one message. */
export type Outcome = { state: "complete"; text: Uint8Array } | { state: "malformed" | "void" | "incomplete" };

/**
 * The least that a decoder does with the frames of one log, by protocol.md section 1 and without lateness: enough to
 * check vectors, with no regard for speed.
 */
export class Reassembly {
  readonly #known = new Set<string>();
  readonly #wholes: Outcome[] = [];
  readonly #parts = new Map<string, { count: number; chunks: Map<number, Set<string>> }>();

  /** Takes a frame; says what is wrong with it by itself. */
  add(frame: Uint8Array, keyPair: KeyPair): "taken" | "not mine" | "known" | "malformed" {
    const block = openFrame(frame, keyPair);
    if (block === null) return "not mine";
    if (admit(frame, block, dayAround(block)) === "malformed") return "malformed";
    const id = toHex(frameId(frame));
    if (this.#known.has(id)) return "known";
    this.#known.add(id);
    return malformedIfThrown(() => this.#read(block, toHex(keyPair.publicKey)));
  }

  /** What all frames so far amount to, one outcome a message. */
  outcomes(): Outcome[] {
    return [...this.#wholes, ...[...this.#parts.values()].map(({ count, chunks }) => outcomeOf(count, chunks))];
  }

  #read(block: Block, key: string): void {
    const body = readBody(block);
    if (body.type === "whole") {
      parseText(body.text);
      this.#wholes.push({ state: "complete", text: body.text });
    } else if (body.type === "part") {
      this.#join(body, `${key} ${block.day} ${body.count} ${toHex(body.messageId)}`);
    }
  }

  #join({ index, count, chunk }: Part, message: string): void {
    const entry = this.#parts.get(message) ?? { count, chunks: new Map<number, Set<string>>() };
    this.#parts.set(message, entry);
    const seen = entry.chunks.get(index) ?? new Set<string>();
    entry.chunks.set(index, seen.add(toHex(chunk)));
  }
}

function outcomeOf(count: number, chunks: Map<number, Set<string>>): Outcome {
  if ([...chunks.values()].some((versions) => versions.size > 1)) return { state: "void" };
  if (chunks.size < count) return { state: "incomplete" };
  const inOrder = Array.from({ length: count }, (_, index) =>
    Uint8Array.from(Buffer.from([...(chunks.get(index) ?? [])].join(""), "hex")),
  );
  try {
    const text = joinChunks(inOrder);
    parseText(text);
    return { state: "complete", text };
  } catch (error) {
    if (error instanceof SottoError) return { state: "malformed" };
    throw error;
  }
}

function malformedIfThrown(read: () => void): "taken" | "malformed" {
  try {
    read();
    return "taken";
  } catch (error) {
    if (error instanceof SottoError) return "malformed";
    throw error;
  }
}

/** A segment of the block's own day: no lateness, only the agreement of head and day is left to check. */
function dayAround(block: Block): { start: number; end: number } {
  return { start: block.day * 86_400, end: (block.day + 1) * 86_400 };
}
