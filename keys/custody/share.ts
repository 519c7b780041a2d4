import { bech32 } from "@scure/base";
import { toHex } from "@sotto/wire";
import { ShareError } from "../errors.ts";

/** What was split: a project's secret key, or the age X25519 identity that opens a keyring. */
export type ShareKind = "secret-key" | "keyring-identity";

/** A share's first octet. */
export const KIND_OCTETS: Readonly<Record<ShareKind, number>> = { "secret-key": 1, "keyring-identity": 2 };

/** One of several shares of a secret of 32 octets: a point on each of 32 polynomials (Shamir 1979). */
export interface Share {
  readonly kind: ShareKind;
  /** 8 octets, the same in all shares of one split: 4 random ones, then 4 by which the secret is checked. */
  readonly setId: Uint8Array;
  /** How many shares give the secret back, 2 to 255. */
  readonly threshold: number;
  /** Which share this is, 1 to 255. */
  readonly number: number;
  /** 33 octets: a value of each polynomial, then the place at which they were taken, which is not 0. */
  readonly point: Uint8Array;
}

/** What a share itself does not hold, for the person who finds it later. */
export interface ShareMeta {
  /** The project's name, or the keyring's. */
  readonly project: string;
  /** How many shares there are, 2 to 255. */
  readonly shares: number;
}

export const SET_ID_OCTETS = 8;
export const POINT_OCTETS = 33;

/** The random half of a set's id: what people see and compare. */
const SET_ID_SHOWN_OCTETS = 4;

const PREFIX = "sotto-share-";
const HEAD = `${PREFIX}1`;
const SHARE_OCTETS = 1 + SET_ID_OCTETS + 1 + 1 + POINT_OCTETS;

/** 12 of the prefix, "1", 71 of 5 bits and 6 of the check sum: just what BIP-173 allows. */
export const SHARE_CHARACTERS = 90;

const DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** How a share is printed: short enough for the eye to hold, and 90 characters fill the last line. */
const GROUP_CHARACTERS = 6;
const GROUPS_OF_A_LINE = 3;

/** What people have at hand beside shares, by its first characters, blanks left out. */
const OTHER_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^sotto1(?!share-)/i, "a public key"],
  [/^sotto-secret-key-1/i, "a secret key"],
  [/^age-secret-key-(pq-)?1/i, "an age identity"],
  [/^age1/i, "an age recipient"],
  [/^-----BEGIN/i, "a key or a file of another program"],
];

/**
 * Writes a share as text: BIP-173 bech32 in upper case, `SOTTO-SHARE-1...`, 90 characters.
 *
 * @throws ShareError as {@link checkShare}.
 */
export function encodeShare(share: Share): string {
  checkShare(share);
  const octets = new Uint8Array(SHARE_OCTETS);
  octets[0] = KIND_OCTETS[share.kind];
  octets.set(share.setId, 1);
  octets.set([share.threshold, share.number], 1 + SET_ID_OCTETS);
  octets.set(share.point, 1 + SET_ID_OCTETS + 2);
  const words = bech32.toWords(octets);
  const text = bech32.encode(PREFIX, words).toUpperCase();
  octets.fill(0);
  words.fill(0);
  return text;
}

/**
 * Reads a share's text, all in upper or all in lower case; blanks and line ends may stand anywhere in it.
 *
 * @throws ShareError `SOTTO_SHARE_TEXT` when it was not typed or copied right (a single wrong character is located),
 *   `SOTTO_SHARE_KIND` when it is something else or a share of an unknown kind, or as {@link checkShare}. The message
 *   quotes nothing of the text.
 */
export function parseShare(text: string): Share {
  const typed = text.replace(/\s+/g, "");
  const small = typed.toLowerCase();
  if (!small.startsWith(HEAD)) throw otherText(typed);
  if (typed !== small && typed !== typed.toUpperCase()) throw textError("it mixes upper and lower case");
  const { length } = typed;
  if (small.includes(HEAD, HEAD.length)) throw textError("it is more than one; give them one at a time");
  if (length !== SHARE_CHARACTERS) throw textError(`it has ${length} characters, a share has ${SHARE_CHARACTERS}`);
  const foreign = [...small.slice(HEAD.length)].findIndex((digit) => !DIGITS.includes(digit));
  if (foreign !== -1) {
    const rule = `behind ${HEAD.toUpperCase()} there is no letter B, I or O, no digit 1 and no sign`;
    throw textError(`look at ${placeOf(HEAD.length + foreign)}: ${rule}`);
  }
  const words = bech32.decodeUnsafe(small)?.words;
  if (words === undefined) {
    const wrong = findWrongCharacter(small);
    const hint = wrong === null ? "look for typing mistakes" : `look at ${placeOf(wrong)}`;
    throw textError(`the check sum does not fit, ${hint}`);
  }
  const octets = bech32.fromWordsUnsafe(words);
  words.fill(0);
  if (!octets) throw textError("the bits that fill up its end are not zero");
  const share = readOctets(octets);
  octets.fill(0);
  checkShare(share);
  return share;
}

/** Writes a file of one share: comment lines with `#`, then its text in one line. */
export function formatShareFile(share: Share, { project, shares }: ShareMeta): string {
  checkShareOf(share, shares);
  const { number, threshold } = share;
  const lines = [
    `# sotto share ${number} of ${shares} of ${nameOfKind(share.kind)} of ${nameOfProject(project)}`,
    `# any ${threshold} of the ${shares} shares give it back, fewer do not; keep them apart`,
    `# set ${setIdText(share)}: only shares of one set fit together`,
    encodeShare(share),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Reads a file of one share: lines that begin with `#` are comments, the rest is as {@link parseShare} says.
 *
 * @throws ShareError as {@link parseShare}.
 */
export function parseShareFile(text: string): Share {
  const lines = text.split(/\r\n|[\r\n]/).filter((line) => !line.trimStart().startsWith("#"));
  return parseShare(lines.join("\n"));
}

/** The set as people see it: the random half of its id, 8 hexadecimal digits. */
export function setIdText({ setId }: Share): string {
  return toHex(setId.subarray(0, SET_ID_SHOWN_OCTETS));
}

/** What was split, in words. */
export function nameOfKind(kind: ShareKind): string {
  return kind === "secret-key" ? "the secret key" : "the keyring identity";
}

/** A project's name as one line without control characters: it must not end a comment. */
export function nameOfProject(name: string): string {
  return name.replace(/[\s\p{Cc}]+/gu, " ").trim() || "the project";
}

/** A share's text as it is printed: lines of groups of 6 characters, which the messages of {@link parseShare} count. */
export function shareLines(text: string): string[][] {
  const groups = text.match(new RegExp(`.{1,${GROUP_CHARACTERS}}`, "g")) ?? [];
  const lines = Math.ceil(groups.length / GROUPS_OF_A_LINE);
  return Array.from({ length: lines }, (_, line) =>
    groups.slice(line * GROUPS_OF_A_LINE, (line + 1) * GROUPS_OF_A_LINE),
  );
}

/**
 * Refuses what no share holds.
 *
 * @throws ShareError `SOTTO_SHARE_RANGE`.
 */
export function checkShare({ setId, threshold, number, point }: Share): void {
  if (setId.length !== SET_ID_OCTETS) throw rangeError(`a set's id has ${SET_ID_OCTETS} octets`);
  if (!isWithin(threshold, 2)) throw rangeError("a threshold is 2 to 255");
  if (!isWithin(number, 1)) throw rangeError("a share's number is 1 to 255");
  if (point.length !== POINT_OCTETS) throw rangeError(`a share's point has ${POINT_OCTETS} octets`);
  // At 0 the polynomials have the secret itself.
  if (point[POINT_OCTETS - 1] === 0) throw rangeError("a share's point is not taken at 0");
}

/**
 * Refuses a share that cannot be one of so many.
 *
 * @throws ShareError `SOTTO_SHARE_COUNT`, or as {@link checkShare}.
 */
export function checkShareOf(share: Share, shares: number): void {
  checkShare(share);
  if (!isWithin(shares, Math.max(share.threshold, share.number))) {
    throw new ShareError(
      "SOTTO_SHARE_COUNT",
      `share ${share.number} with threshold ${share.threshold} cannot be one of ${shares} shares`,
    );
  }
}

function isWithin(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= 255;
}

function readOctets(octets: Uint8Array): Share {
  const kind = (["secret-key", "keyring-identity"] as const).find((name) => KIND_OCTETS[name] === octets[0]);
  if (kind === undefined) throw new ShareError("SOTTO_SHARE_KIND", "this is a share of a kind that is not known here");
  const threshold = octets[1 + SET_ID_OCTETS] as number;
  const number = octets[1 + SET_ID_OCTETS + 1] as number;
  return {
    kind,
    setId: octets.slice(1, 1 + SET_ID_OCTETS),
    threshold,
    number,
    point: octets.slice(1 + SET_ID_OCTETS + 2),
  };
}

/**
 * The place of the one character that is wrong, if just one is: two texts with a right check sum differ in five places
 * at least (BIP-173), so only one can be a single change away. Only the place is told: what stands there is to be read
 * from the paper once more, not guessed.
 */
function findWrongCharacter(small: string): number | null {
  for (let place = HEAD.length; place < small.length; place++) {
    const fits = (digit: string) => bech32.decodeUnsafe(small.slice(0, place) + digit + small.slice(place + 1));
    if ([...DIGITS].some(fits)) return place;
  }
  return null;
}

function placeOf(place: number): string {
  const group = Math.floor(place / GROUP_CHARACTERS);
  const first = group * GROUP_CHARACTERS + 1;
  const line = Math.floor(group / GROUPS_OF_A_LINE) + 1;
  const characters = `characters ${first} to ${first + GROUP_CHARACTERS - 1}`;
  return `line ${line} of the sheet, group ${(group % GROUPS_OF_A_LINE) + 1} (${characters})`;
}

function otherText(typed: string): ShareError {
  const name = OTHER_TEXTS.find(([start]) => start.test(typed))?.[1];
  const other = name ?? (bech32.decodeUnsafe(typed) && "some other bech32 text");
  if (other) return new ShareError("SOTTO_SHARE_KIND", `this is not a share, SOTTO-SHARE-1..., but ${other}`);
  return textError("a share begins with SOTTO-SHARE-1");
}

function textError(reason: string): ShareError {
  return new ShareError("SOTTO_SHARE_TEXT", `this is not the text of a share: ${reason}`);
}

function rangeError(reason: string): ShareError {
  return new ShareError("SOTTO_SHARE_RANGE", `this cannot be a share: ${reason}`);
}
