import { readFile } from "node:fs/promises";
import { type Definition, dateOfDay, decodePublicKey, keyOfDay, parseDefinition, parseZone } from "@sotto/wire";
import { SendError, UsageError } from "./errors.ts";

/** Where reports go and for which key they are sealed, as a command line says it. */
export interface Addressee {
  /** The project's name; null where only its key is known. */
  readonly project: string | null;
  readonly zone: string;
  readonly ack: readonly string[];
  readonly bits?: number | undefined;
  /**
   * The key of a day of sealing.
   *
   * @param day days since 1970-01-01 UTC.
   * @throws SendError `SOTTO_NO_KEY` when nobody is to seal on that day.
   */
  keyOf(day: number): Uint8Array;
}

/** The flags that say it. */
export interface AddresseeFlags {
  readonly definition?: string;
  readonly key?: string;
  readonly zone?: string;
  readonly ack: readonly string[];
  readonly bits?: number;
}

/**
 * Reads who is written to: from a report definition, or from a key and a zone.
 *
 * @throws UsageError `SOTTO_USAGE`; SendError `SOTTO_DEFINITION_READ`; DefinitionError, KeyError, ZoneError.
 */
export async function resolveAddressee({ definition, key, zone, ack, bits }: AddresseeFlags): Promise<Addressee> {
  if (definition !== undefined) {
    if (key !== undefined || zone !== undefined) {
      throw new UsageError(
        "SOTTO_USAGE",
        "a report definition has keys and zones: give no --key and no --zone beside it",
      );
    }
    return ofDefinition(await readDefinition(definition), ack, bits);
  }
  if (key === undefined || zone === undefined) {
    throw new UsageError("SOTTO_USAGE", "say whom to seal for: --definition sotto.json, or --key and --zone");
  }
  const publicKey = decodePublicKey(key);
  return { project: null, zone: parseZone(zone), ack, bits, keyOf: () => publicKey };
}

/** What flags say stands above the definition; the zone is its first. */
function ofDefinition(
  { keys, project, zones }: Definition,
  ack: readonly string[],
  bits: number | undefined,
): Addressee {
  const [first] = zones;
  if (first === undefined) throw new SendError("SOTTO_DEFINITION_READ", "the report definition names no zone");
  const keyOf = (day: number) => {
    const chosen = keyOfDay(keys, day);
    if (chosen !== null) return chosen.publicKey;
    throw new SendError(
      "SOTTO_NO_KEY",
      `the report definition has no key for ${dateOfDay(day)}: nothing can be sealed`,
    );
  };
  return { project, zone: first.zone, ack: ack.length > 0 ? ack : first.ack, bits: bits ?? first.bits, keyOf };
}

async function readDefinition(path: string): Promise<Definition> {
  const octets = await readFile(path).catch((error: Error) => {
    throw new SendError("SOTTO_DEFINITION_READ", `cannot read the report definition: ${error.message}`);
  });
  return parseDefinition(octets);
}
