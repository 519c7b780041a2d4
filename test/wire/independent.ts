import { readFileSync } from "node:fs";
import { decodePublicKey, decodeSecretKey, type KeyPair } from "@sotto/wire";

/** The zone of all independent vectors. */
export const ZONE = "r.example.net";

/** `vectors.json`: one frame with every secret fixed. */
export interface FixedFrame {
  ephemeral_secret: string;
  recipient_secret: string;
  recipient_public: string;
  recipient: string;
  salt_start: string;
  day: number;
  bits: number;
  json: string;
  block: string;
  box: string;
  frame: string;
  name: string;
}

/** One line of `good.ndjson`: a message with the names that carry it. */
export interface GoodMessage {
  to: "alice" | "bob";
  day: number;
  bits: number;
  json: string;
  names: string[];
  note?: string;
}

/** One line of `bad.ndjson`: a name to refuse, at the stage it names. */
export interface BadName {
  to: "alice" | "bob";
  day: number;
  name: string;
  stage: "name" | "frame" | "open" | "text" | "parts";
  why: string;
  now_day: number;
  bits: number;
}

/** The octets of one of the files in test/vectors/independent. */
export function independentFile(file: string): Buffer {
  return readFileSync(new URL(`../vectors/independent/${file}`, import.meta.url));
}

export const keyTexts: Record<"alice" | "bob", { public: string; secret: string }> = readJson("keys.json");
export const fixedFrame: FixedFrame = readJson("vectors.json");
export const goodMessages: GoodMessage[] = readLines("good.ndjson");
export const badNames: BadName[] = readLines("bad.ndjson");
export const openedCounts: Record<"alice" | "bob", number> = readJson("opened.json");

/** The key pairs of alice and bob, from their texts. */
export const keyPairs: Record<"alice" | "bob", KeyPair> = {
  alice: { publicKey: decodePublicKey(keyTexts.alice.public), secretKey: decodeSecretKey(keyTexts.alice.secret) },
  bob: { publicKey: decodePublicKey(keyTexts.bob.public), secretKey: decodeSecretKey(keyTexts.bob.secret) },
};

function readJson<T>(file: string): T {
  return JSON.parse(independentFile(file).toString("utf8"));
}

function readLines<T>(file: string): T[] {
  const text = independentFile(file).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
