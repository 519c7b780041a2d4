import {
  decodePublicKey,
  encodeName,
  frameId,
  parsePolicy,
  parseZone,
  policyName,
  type SealedFrame,
  seal,
  toHex,
} from "@sotto/wire";
import { deliver } from "./delivery.ts";
import { SendError } from "./errors.ts";
import { type Lookup, lookupText, serverLookup, systemLookup } from "./lookup.ts";

/** Where reports go and what counts as their arrival. */
export interface Target {
  readonly publicKey: Uint8Array;
  readonly zone: string;
  readonly ack: readonly string[];
  readonly bits: number;
}

/** What became of one report. */
export interface SendResult {
  readonly acked: boolean;
  /** SHA-256 of each frame's box in part order, hexadecimal. */
  readonly frames: readonly string[];
  /** Stable code of what went wrong; absent when acknowledged. */
  readonly error?: string;
  /** The same for a person. */
  readonly reason?: string;
}

/** What the caller knows of a target; what is missing comes from the zone's policy record. */
export interface TargetOptions {
  /** `sotto1...` */
  readonly key: string;
  readonly zone: string;
  readonly ack: readonly string[];
  readonly bits?: number | undefined;
  /** DNS servers to ask instead of the system's resolver. */
  readonly servers: readonly string[];
  /** Nothing will be sent, so no ack address is needed. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Completes a target from the zone's policy record where the caller left something open.
 *
 * @throws KeyError, ZoneError; SendError `SOTTO_NO_POLICY` when something is open and the zone does not say it.
 */
export async function resolveTarget(options: TargetOptions): Promise<Target> {
  const publicKey = decodePublicKey(options.key);
  const zone = parseZone(options.zone);
  const needsAck = options.dryRun !== true;
  const open = (needsAck && options.ack.length === 0) || options.bits === undefined;
  const policy = open ? parsePolicy(await lookupText(policyName(zone), options.servers)) : null;
  const ack = options.ack.length > 0 ? options.ack : (policy?.ack ?? []);
  const bits = options.bits ?? policy?.bits;
  if ((needsAck && ack.length === 0) || bits === undefined) {
    throw new SendError(
      "SOTTO_NO_POLICY",
      `${zone} publishes no policy record that can be read (or nobody answers): give --ack and --bits`,
    );
  }
  return { publicKey, zone, ack, bits };
}

/** Look-ups through the given servers, or the system's resolver when there are none. */
export function lookupOf(servers: readonly string[]): Lookup {
  return servers.length === 0 ? systemLookup : serverLookup(servers);
}

/**
 * Seals a report for a target.
 *
 * @param day days since 1970-01-01 UTC.
 * @throws TextError when the text is not allowed, KeyError.
 */
export function sealFor(
  target: Target,
  json: string | Uint8Array,
  day: number,
): { frames: SealedFrame[]; names: string[] } {
  const frames = seal(json, target.publicKey, { day, bits: target.bits });
  return { frames, names: frames.map(({ frame }) => encodeName(frame, target.zone)) };
}

/** Sends sealed frames, one after the other, and says whether every part was acknowledged. */
export async function sendSealed(
  { frames, names }: { readonly frames: readonly SealedFrame[]; readonly names: readonly string[] },
  ack: readonly string[],
  lookup: Lookup,
): Promise<SendResult> {
  const ids = frames.map(({ frame }) => toHex(frameId(frame)));
  for (const name of names) {
    const verdict = await deliver(name, ack, lookup);
    if (verdict.type !== "acked") return { acked: false, frames: ids, error: verdict.code, reason: verdict.reason };
  }
  return { acked: true, frames: ids };
}
