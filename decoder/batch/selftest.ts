import { FRAME_OCTETS, HEAD_OCTETS, KEY_OCTETS } from "@sotto/wire";
import { WrongEngineError } from "../errors.ts";
import type { Batch, Match } from "./batch.ts";
import { CURVE_ANSWERS, FRAMES, KEYS, LOW_ORDER } from "./knownanswers.ts";

/** A number of points and frames that no vector's lanes divide, and positions of points of low order among them. */
const POINTS = 11;
const LOW_ORDER_AT = new Set([2, 7]);

/** An octet of each part of a frame that a batch looks at: one bit of it turned over, the frame fits nobody. */
const TURNED = {
  ephemeralKey: HEAD_OCTETS + 5,
  tag: HEAD_OCTETS + KEY_OCTETS + 15,
  ciphertextBegin: HEAD_OCTETS + KEY_OCTETS + 16,
  ciphertextEnd: FRAME_OCTETS - 1,
};

const [first, second] = KEYS;
const tried = [first, second, first];

/** Frames, and the numbers of the keys tried that fit each. */
const SLAB: readonly { readonly frame: Uint8Array; readonly fits: readonly number[] }[] = [
  { frame: FRAMES.first, fits: [0, 2] },
  { frame: FRAMES.lowOrder, fits: [] },
  { frame: FRAMES.second, fits: [1] },
  { frame: turned(FRAMES.both, TURNED.tag), fits: [] },
  { frame: FRAMES.both, fits: [0, 1, 2] },
  { frame: turned(FRAMES.both, TURNED.ciphertextEnd), fits: [] },
  { frame: FRAMES.lowOrder, fits: [] },
  { frame: FRAMES.unreduced, fits: [0, 2] },
  { frame: turned(FRAMES.first, TURNED.ephemeralKey), fits: [] },
  { frame: FRAMES.second, fits: [1] },
  { frame: FRAMES.lowOrder, fits: [] },
  { frame: turned(FRAMES.second, TURNED.ciphertextBegin), fits: [] },
  { frame: FRAMES.first, fits: [0, 2] },
];

/**
 * Has a batch compute what is known: the vectors of RFC 7748 in every lane, with points of low order among them, and
 * frames that fit one key, several, or none. It tries some 60 frames: cheap enough for every start, and for now and
 * then.
 *
 * A batch that is wrong finds nothing, as it does in a log of other people's frames: nobody would notice.
 *
 * @throws WrongEngineError when anything differs.
 */
export function selfTest(batch: Batch): void {
  const check = (what: string, isRight: boolean) => {
    if (isRight) return;
    throw new WrongEngineError(`the engine ${batch.name} (${batch.path}) computes wrongly on this machine: ${what}`);
  };
  for (const { scalar, u, product } of CURVE_ANSWERS) {
    const rows = Array.from({ length: POINTS }, (_, at) =>
      LOW_ORDER_AT.has(at) ? { point: LOW_ORDER, result: new Uint8Array(KEY_OCTETS) } : { point: u, result: product },
    );
    const results = batch.x25519(scalar, joined(rows.map(({ point }) => point)));
    check("X25519 of known points", Buffer.compare(results, joined(rows.map(({ result }) => result))) === 0);
  }
  const expected = SLAB.flatMap(({ fits }, index) => fits.map((key) => ({ index, key })));
  check("known frames", areEqual(batch.match(joined(SLAB.map(({ frame }) => frame)), tried), expected));
  check("a frame that fits", areEqual(batch.match(FRAMES.second, [second]), [{ index: 0, key: 0 }]));
  check("a frame that does not", areEqual(batch.match(FRAMES.second, [first]), []));
}

function areEqual(matches: readonly Match[], expected: readonly Match[]): boolean {
  const text = (list: readonly Match[]) => list.map(({ index, key }) => `${index}/${key}`).join();
  return text(matches) === text(expected);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function turned(frame: Uint8Array, at: number): Uint8Array {
  return frame.map((octet, i) => (i === at ? octet ^ 1 : octet));
}
