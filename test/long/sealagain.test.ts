import { readHead, seal, verify } from "@sotto/wire";
import { expect, it } from "vitest";
import { keyPairs } from "../wire/independent.ts";
import { fromHex, hexOf } from "../wire/octets.ts";

// Sealed to alice on day 20778 with the first secret, the text {} makes a box that no salt of 2^24 brings to 22 zero
// bits; with the second one, salt 094ddd is the least that does. Found by trying boxes with a SHA-256 written in C.
const WITHOUT_SALT = "001701".padEnd(64, "0");
const WITH_SALT = "001401".padEnd(64, "0");
const SALT = 0x094ddd;

it("a box that no salt fits is sealed again with a new ephemeral key", () => {
  const secrets = [WITHOUT_SALT, WITH_SALT];
  const random = (length: number) => (length === 32 ? fromHex(secrets.shift() ?? "") : fromHex("000000"));
  const frames = seal("{}", keyPairs.alice.publicKey, { day: 20_778, bits: 22, random });
  expect(secrets).toEqual([]);
  expect(frames.map(({ ephemeralSecret }) => hexOf(ephemeralSecret))).toEqual([WITH_SALT]);
  expect(frames.map(({ frame }) => [verify(frame, 22), readHead(frame).salt])).toEqual([[true, SALT]]);
}, 300_000);
