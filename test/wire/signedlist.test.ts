import {
  encodeSegmentList,
  generateMinisignKey,
  readPublishedList,
  type SegmentEntry,
  signList,
  verifyMinisign,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { refusalOf, refusalOfAsync } from "./refusal.ts";

const key = generateMinisignKey();
const other = generateMinisignKey();
const SUM = "0".repeat(16);

function listOf(...starts: number[]): string {
  const segments: SegmentEntry[] = starts.map((start) => {
    const end = start + 3600;
    return { id: `${start}-${end}-${SUM}`, start, end, count: 1, bytes: 278, sha256: "0".repeat(64) };
  });
  return encodeSegmentList({ zone: "r.example.net", segments });
}

/** Publishes each of the given states in turn, the last for good; a request for the list begins the next. */
function publishing(...states: { list?: string; signature?: string }[]) {
  let turn = -1;
  let pauses = 0;
  const read = async (path: string) => {
    if (path === "/v1/segments.json") turn = Math.min(turn + 1, states.length - 1);
    const state = states[turn];
    const text = path === "/v1/segments.json" ? state?.list : state?.signature;
    return text === undefined ? null : Buffer.from(text);
  };
  const pause = async () => {
    pauses++;
  };
  return { read, pause, pauses: () => pauses };
}

const older = listOf(0);
const newer = listOf(0, 3600);
const signed = (list: string) => ({ list, signature: signList(list, key) });

describe("a signed list", () => {
  it("is signed octet for octet, always to the same text, and names its zone in the trusted comment", () => {
    expect(signList(newer, key)).toBe(signList(newer, key));
    const { trustedComment } = verifyMinisign(Buffer.from(newer), signList(newer, key), [key.publicKey]);
    expect(trustedComment).toBe("sotto segment list of r.example.net");
    expect(refusalOf(() => signList("{}", key))).toBe("SOTTO_SEGMENT_LIST");
  });

  it("is read with any of the given keys", async () => {
    const { read, pause, pauses } = publishing(signed(newer));
    const published = await readPublishedList(read, [other.publicKey, key.publicKey], pause);
    expect([published?.list.segments.length, Buffer.from(published?.octets ?? []).toString()]).toEqual([2, newer]);
    expect(pauses()).toBe(0);
  });

  it("is asked for again when a bucket was published between it and its signature", async () => {
    const between = { list: older, signature: signList(newer, key) };
    const { read, pause, pauses } = publishing(between, between, signed(newer));
    const published = await readPublishedList(read, [key.publicKey], pause);
    expect([published?.list.segments.length, pauses()]).toEqual([2, 2]);
  });

  it("is refused when it was changed, is unsigned or signed by somebody else", async () => {
    const cases: [{ list: string; signature?: string }, string, number][] = [
      [{ list: older, signature: signList(newer, key) }, "SOTTO_SIGNATURE_FALSE", 2],
      [{ list: `${newer} `, signature: signList(newer, key) }, "SOTTO_SIGNATURE_FALSE", 2],
      [{ list: newer }, "SOTTO_SIGNATURE_MISSING", 0],
      [{ list: newer, signature: signList(newer, other) }, "SOTTO_SIGNATURE_KEY", 0],
      [{ list: newer, signature: "<html>" }, "SOTTO_SIGNATURE_FORM", 0],
      // Nothing of an unverified list is looked at, so it is not called malformed.
      [{ list: "<html>" }, "SOTTO_SIGNATURE_MISSING", 0],
    ];
    for (const [state, code, expectedPauses] of cases) {
      const { read, pause, pauses } = publishing(state);
      expect(await refusalOfAsync(() => readPublishedList(read, [key.publicKey], pause))).toBe(code);
      expect(pauses()).toBe(expectedPauses);
    }
  });

  it("is read unverified without keys, and is null when there is none", async () => {
    const { read, pause } = publishing({ list: newer, signature: "anything" });
    const asked: string[] = [];
    const noting = (path: string) => {
      asked.push(path);
      return read(path);
    };
    expect(await readPublishedList(noting, null, pause)).toMatchObject({ signature: null });
    expect(asked).toEqual(["/v1/segments.json"]);
    const nothing = publishing({});
    expect(await readPublishedList(nothing.read, [key.publicKey], nothing.pause)).toBeNull();
    const broken = publishing({ list: "<html>" });
    expect(await refusalOfAsync(() => readPublishedList(broken.read, null, broken.pause))).toBe("SOTTO_SEGMENT_LIST");
  });
});
