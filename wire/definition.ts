import { isIPv4 } from "node:net";
import { type Collection, readCollection } from "./collection.ts";
import { toHex } from "./digest.ts";
import { type EpochKey, parseEpochKey } from "./epochkey.ts";
import { DefinitionError, ZoneError } from "./errors.ts";
import { JsonProblems } from "./jsonproblems.ts";
import { JsonReader, refuseRepeated } from "./jsonreader.ts";
import { readJsonText } from "./jsontext.ts";
import { MAX_BITS } from "./puzzle.ts";
import { parseZone } from "./zone.ts";

/** The largest report definition, in octets: a thousand keys and as many fields as there can be. */
export const MAX_DEFINITION_OCTETS = 256 * 1024;

/** Definition, reports, report, fields, field, values. */
const MAX_DEPTH = 6;

/** Clients take the next zone after failures (protocol.md section 2): more of them only add waiting. */
const MAX_ZONES = 4;
const MAX_ACK = 8;

/** Nineteen years of weekly keys. */
const MAX_KEYS = 1000;

/** A zone that a project's reports may go to. */
export interface ZoneDefinition {
  /** Lower case, no trailing dot. */
  readonly zone: string;
  /** Addresses that mean "stored", IPv4; none when only the zone's policy record knows. */
  readonly ack: readonly string[];
  /** Zero bits that the zone's puzzle asks for, 0 to 22; absent when the policy record or the default holds. */
  readonly bits?: number;
}

/** What a project asks of its users' machines: everything that may leave them, for whom, and where it goes. */
export interface Definition extends Collection {
  /** 1 to 4, no zone twice. */
  readonly zones: readonly ZoneDefinition[];
  /** In the order of the text; epochs may overlap, see {@link keyOfDay}. */
  readonly keys: readonly EpochKey[];
}

/**
 * Reads a report definition, `sotto.json` (docs/definition.md).
 *
 * @param text strict JSON without duplicate names, at most 256 KiB; octets are strict UTF-8 without BOM.
 * @returns the definition with its defaults filled in. Expired fields are in it: see {@link isExpired}.
 * @throws DefinitionError `SOTTO_DEFINITION` with all that is wrong, in the order of the text.
 */
export function parseDefinition(text: string | Uint8Array): Definition {
  const problems = new JsonProblems();
  const value = readJsonText(text, MAX_DEFINITION_OCTETS, MAX_DEPTH, problems);
  const definition = readDefinition(new JsonReader(value, [], problems));
  const found = problems.inOrderOf(value);
  if (found.length > 0) throw new DefinitionError(found);
  return definition;
}

function readDefinition(place: JsonReader): Definition {
  const { collection, zones, keys } = readCollection(place);
  return { ...collection, zones: readZones(zones), keys: readKeys(keys) };
}

function readZones(place: JsonReader): ZoneDefinition[] {
  const zones = place.items("zones", 1, MAX_ZONES).map((item) => {
    const { zone, ack, bits } = item.members('an object, {"zone":"r.example.net"}', ["zone", "ack", "bits"]);
    const read: ZoneDefinition = {
      zone: readZoneName(zone),
      ack: ack.isGiven ? readAck(ack) : [],
      ...(bits.isGiven ? { bits: bits.whole(0, MAX_BITS) } : {}),
    };
    return { read, name: { value: read.zone, place: zone } };
  });
  refuseRepeated(
    zones.map(({ name }) => name),
    "is listed already",
  );
  return zones.map(({ read }) => read);
}

function readZoneName(place: JsonReader): string {
  const text = place.text("a zone's name, r.example.net", () => true);
  try {
    return parseZone(text);
  } catch (error) {
    if (!(error instanceof ZoneError)) throw error;
    place.refuse(`cannot be used: ${error.message}`);
    return "";
  }
}

function readAck(place: JsonReader): string[] {
  const addresses = place.items("IPv4 addresses", 0, MAX_ACK).map((item) => {
    return { value: item.text("an IPv4 address, 198.18.0.7", isIPv4), place: item };
  });
  refuseRepeated(addresses, "is listed already");
  return addresses.map(({ value }) => value);
}

function readKeys(place: JsonReader): EpochKey[] {
  const keys = place.items("keys", 0, MAX_KEYS).flatMap((item) => {
    const key = readKey(item);
    return key === null ? [] : [{ key, text: { value: toHex(key.publicKey), place: item.member("key") } }];
  });
  refuseRepeated(
    keys.map(({ text }) => text),
    "is listed already",
  );
  return keys.map(({ key }) => key);
}

function readKey(place: JsonReader): EpochKey | null {
  try {
    return parseEpochKey(place.value, "");
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    for (const { path, message } of error.problems) {
      // A member's path begins with the dot before its name.
      (path === "" ? place : place.member(path.slice(1))).refuse(message);
    }
    return null;
  }
}
