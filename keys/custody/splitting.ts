import { type RandomSource, sha256, systemRandom, toHex } from "@sotto/wire";
import { combine, split } from "shamir-secret-sharing";
import { ShareError } from "../errors.ts";
import {
  checkShare,
  KIND_OCTETS,
  POINT_OCTETS,
  SET_ID_OCTETS,
  type Share,
  type ShareKind,
  setIdText,
} from "./share.ts";

const SECRET_OCTETS = 32;
const SALT_OCTETS = 4;

/** How a secret is to be split. */
export interface SplitOptions {
  readonly kind: ShareKind;
  /** How many shares to make, `threshold` to 255. */
  readonly shares: number;
  /** How many of them give the secret back, 2 to 255. */
  readonly threshold: number;
  /** Source of the 4 random octets of the set's id. The polynomials are always drawn from the system's generator. */
  readonly random?: RandomSource;
}

/** A secret that shares gave back. */
export interface Combined {
  readonly kind: ShareKind;
  /** 32 octets, for the caller to overwrite after use. */
  readonly secret: Uint8Array;
}

/**
 * Splits a secret (Shamir, "How to share a secret", 1979, over GF(2^8)): any `threshold` shares give it back, and fewer
 * leave every secret as likely as before, but for the 4 octets of its salted hash in the set's id.
 *
 * @param secret 32 octets; not changed.
 * @returns the shares, numbered from 1.
 * @throws ShareError `SOTTO_SHARE_COUNT` when the numbers are out of range, `SOTTO_SHARE_LENGTH`.
 */
export async function splitSecret(secret: Uint8Array, options: SplitOptions): Promise<Share[]> {
  const { kind, shares, threshold, random = systemRandom } = options;
  if (secret.length !== SECRET_OCTETS) {
    throw new ShareError("SOTTO_SHARE_LENGTH", `only a secret of ${SECRET_OCTETS} octets can be split`);
  }
  if (![shares, threshold].every(Number.isInteger) || threshold < 2 || shares < threshold || shares > 255) {
    throw new ShareError(
      "SOTTO_SHARE_COUNT",
      "the threshold is 2 or more, the number of shares the threshold to 255: for example 5 shares, any 3 of which open",
    );
  }
  // The library takes a plain Uint8Array only, no Buffer.
  const copy = Uint8Array.from(secret);
  const points = await split(copy, shares, threshold);
  copy.fill(0);
  const setId = setIdOf(random(SALT_OCTETS), kind, secret);
  return points.map((point, index) => ({ kind, setId, threshold, number: index + 1, point }));
}

/**
 * Puts shares of one set together, in any order. More than the threshold are all used, so that an altered one shows;
 * the same share given twice counts once.
 *
 * @throws ShareError `SOTTO_SHARE_SETS` when they are of several sets, `SOTTO_SHARE_CONFLICT` when they contradict each
 *   other, `SOTTO_SHARE_FEW`, `SOTTO_SHARE_FALSE` when what they give is not what was split: one of them was altered;
 *   or as {@link checkShare}.
 */
export async function combineShares(shares: readonly Share[]): Promise<Combined> {
  for (const share of shares) checkShare(share);
  const [first] = shares;
  if (first === undefined) throw new ShareError("SOTTO_SHARE_FEW", "no share was given");
  checkOneSet(shares);
  checkAgreement(shares, first);
  const distinct = withoutRepeats(shares);
  checkEnough(distinct, first);

  const points = distinct.map(({ point }) => Uint8Array.from(point));
  const secret = await combine(points);
  for (const point of points) point.fill(0);
  const setId = setIdOf(first.setId.subarray(0, SALT_OCTETS), first.kind, secret);
  if (toHex(setId) !== toHex(first.setId)) {
    secret.fill(0);
    const advice = distinct.length > first.threshold ? "; leave out one after the other" : "";
    throw new ShareError(
      "SOTTO_SHARE_FALSE",
      `these shares of set ${setIdText(first)} do not give what was split: one of them was altered${advice}`,
    );
  }
  return { kind: first.kind, secret };
}

/** The set's id: 4 random octets, then the first 4 of SHA-256(those, kind, secret). */
function setIdOf(salt: Uint8Array, kind: ShareKind, secret: Uint8Array): Uint8Array {
  const hashed = Uint8Array.of(...salt, KIND_OCTETS[kind], ...secret);
  const digest = sha256(hashed);
  const setId = new Uint8Array(SET_ID_OCTETS);
  setId.set(salt);
  setId.set(digest.subarray(0, SET_ID_OCTETS - SALT_OCTETS), SALT_OCTETS);
  hashed.fill(0);
  digest.fill(0);
  return setId;
}

function checkOneSet(shares: readonly Share[]): void {
  const ids = [...new Set(shares.map(setIdText))];
  if (ids.length === 1) return;
  const parts = ids.map((id) => {
    const members = shares.filter((share) => setIdText(share) === id).map(({ number }) => number);
    const numbers = [...new Set(members)].toSorted((a, b) => a - b);
    return `${numbers.length === 1 ? "share" : "shares"} ${numbers.join(", ")} of set ${id}`;
  });
  throw new ShareError("SOTTO_SHARE_SETS", `these shares do not belong together: ${parts.join("; ")}`);
}

/** Beyond the random half of the id, by which sets are told apart, everything a set has in common is the same. */
function checkAgreement(shares: readonly Share[], first: Share): void {
  const other = shares.find(
    ({ setId, kind, threshold }) =>
      toHex(setId) !== toHex(first.setId) || kind !== first.kind || threshold !== first.threshold,
  );
  if (other === undefined) return;
  throw new ShareError(
    "SOTTO_SHARE_CONFLICT",
    `shares ${first.number} and ${other.number} of set ${setIdText(first)} contradict each other: one was altered`,
  );
}

/** Neither may a number have two points, nor two numbers the same place: through those no polynomial goes. */
function withoutRepeats(shares: readonly Share[]): Share[] {
  const byNumber = new Map<number, Share>();
  const byPlace = new Map<number, Share>();
  for (const share of shares) {
    const place = share.point[POINT_OCTETS - 1] as number;
    const same = byNumber.get(share.number);
    const near = byPlace.get(place);
    const id = setIdText(share);
    if (same !== undefined && toHex(same.point) !== toHex(share.point)) {
      const message = `share ${share.number} of set ${id} was given twice, with different contents: one was altered`;
      throw new ShareError("SOTTO_SHARE_CONFLICT", message);
    }
    if (near !== undefined && near.number !== share.number) {
      const message = `shares ${near.number} and ${share.number} of set ${id} exclude each other: one was altered`;
      throw new ShareError("SOTTO_SHARE_CONFLICT", message);
    }
    byNumber.set(share.number, share);
    byPlace.set(place, share);
  }
  return [...byNumber.values()];
}

function checkEnough(distinct: readonly Share[], first: Share): void {
  const { threshold } = first;
  const missing = threshold - distinct.length;
  if (missing <= 0) return;
  const more = missing === 1 ? "one more" : `${missing} more`;
  const id = setIdText(first);
  throw new ShareError(
    "SOTTO_SHARE_FEW",
    `${distinct.length} of ${threshold} shares: ${more} of set ${id} ${missing === 1 ? "is" : "are"} needed`,
  );
}
