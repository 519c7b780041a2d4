import { dateOfDay, type EpochKey, encodePublicKey, keyOfDay, toHex } from "@sotto/wire";
import { isShared } from "../secretfile.ts";
import { missingEpochs } from "./epochs.ts";
import { secretName } from "./keyring.ts";
import { keyId, type ManifestKey } from "./manifest.ts";
import { standingOf } from "./standing.ts";

/** Keys that end within this many days are to be followed by new ones: a release has to carry them to users first. */
export const SOON_DAYS = 90;

/** Something in a keyring that a person should look at. */
export interface Finding {
  /** Stable: `mode`, `gap`, `overlap`, `soon`, `due`, `remains`, `stray`, `definition`. */
  readonly kind: string;
  readonly message: string;
}

/** A file or folder of a keyring with its mode. */
export interface FileMode {
  readonly path: string;
  /** As `stat` gives it. */
  readonly mode: number;
  readonly isFolder: boolean;
}

/** What is looked at. */
export interface Inspected {
  readonly keys: readonly ManifestKey[];
  /** Everything in the keyring's folder. */
  readonly modes: readonly FileMode[];
  /** The names in `keys/`. */
  readonly files: readonly string[];
  /** The keys of the report definition; null when none was given. */
  readonly definition: readonly EpochKey[] | null;
  /** Days since 1970-01-01 UTC. */
  readonly today: number;
  /** The first day of its week. */
  readonly monday: number;
}

/** What is wrong with a keyring, or will be soon. Opens no secret. */
export function checkKeyring(inspected: Inspected): Finding[] {
  return [
    ...sharedFiles(inspected),
    ...gaps(inspected),
    ...overlaps(inspected),
    ...endsSoon(inspected),
    ...secretsToDestroy(inspected),
    ...strayFiles(inspected),
    ...definitionFindings(inspected),
  ];
}

function sharedFiles({ modes }: Inspected): Finding[] {
  return modes
    .filter(({ mode }) => isShared(mode))
    .map(({ path, mode, isFolder }) => {
      const octal = (mode & 0o777).toString(8).padStart(3, "0");
      return finding("mode", `others can get at ${path} (mode ${octal}): chmod ${isFolder ? 700 : 600} it`);
    });
}

function gaps({ keys, monday }: Inspected): Finding[] {
  const usable = usableKeys(keys);
  const end = Math.max(...usable.map(({ until }) => until));
  if (end <= monday) return [];
  const weeks = (end - monday) / 7;
  return missingEpochs(usable, { from: monday, weeks, every: weeks }).map(({ from, until }) =>
    finding("gap", `no key from ${dateOfDay(from)} to ${dateOfDay(until)}: sotto-keys epochs fills the gap`),
  );
}

function overlaps({ keys, monday }: Inspected): Finding[] {
  const usable = usableKeys(keys).filter(({ until }) => until > monday);
  return usable.flatMap((key, index) =>
    usable
      .slice(index + 1)
      .filter((other) => other.from < key.until && key.from < other.until)
      .map((other) => finding("overlap", `keys ${key.id} and ${other.id} are both for ${dateOfDay(other.from)}`)),
  );
}

function endsSoon({ keys, today }: Inspected): Finding[] {
  const end = Math.max(...usableKeys(keys).map(({ until }) => until));
  if (end === Number.NEGATIVE_INFINITY)
    return [finding("soon", "it holds no key to seal for: sotto-keys epochs makes some")];
  if (end > today + SOON_DAYS) return [];
  const when = end > today ? `end on ${dateOfDay(end)}` : `ended on ${dateOfDay(end)}`;
  return [finding("soon", `the keys ${when}: run sotto-keys epochs and release the definition before`)];
}

function secretsToDestroy({ keys, files, today }: Inspected): Finding[] {
  const here = new Set(files);
  return keys.flatMap((key) => {
    const standing = standingOf(key, today);
    if (standing === "retired" && here.has(secretName(key))) {
      return [finding("remains", `key ${key.id} was retired, yet its secret is here: sotto-keys retire destroys it`)];
    }
    if (standing !== "due") return [];
    return [finding("due", `key ${key.id} of ${dateOfDay(key.from)} is due to be destroyed: sotto-keys retire`)];
  });
}

function strayFiles({ keys, files }: Inspected): Finding[] {
  const known = new Set(keys.map(secretName));
  return files
    .filter((name) => !known.has(name))
    .map((name) => finding("stray", `keys/${name} belongs to no key of keyring.json`));
}

function definitionFindings({ keys, definition, today, monday }: Inspected): Finding[] {
  if (definition === null) return [];
  const own = new Map(keys.map((key) => [toHex(key.publicKey), key]));
  const wrong = definition.flatMap((key) => {
    const known = own.get(toHex(key.publicKey));
    if (known !== undefined) return definitionKeyFinding(key, known, today);
    const name = `${encodePublicKey(key.publicKey).slice(0, 16)}...`;
    return [finding("definition", `its key ${name} (${keyId(key.publicKey)}) is not in this keyring`)];
  });
  const missing = usableKeys(keys)
    .filter(({ until }) => until > monday)
    .filter((key) => keyOfDay(definition, Math.max(key.from, monday)) === null);
  if (missing.length === 0) return wrong;
  const [first] = missing as [ManifestKey];
  const also = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  const message = `it lacks the key from ${dateOfDay(first.from)}${also}: sotto-keys epochs --definition writes them`;
  return [...wrong, finding("definition", message)];
}

function definitionKeyFinding(key: EpochKey, known: ManifestKey, today: number): Finding[] {
  if (known.replaced !== undefined || known.retired !== undefined) {
    const state = known.replaced === undefined ? "retired" : "replaced";
    return [finding("definition", `key ${known.id} was ${state}, yet the definition holds it`)];
  }
  if (key.until <= today || (key.from === known.from && key.until === known.until)) return [];
  return [finding("definition", `key ${known.id} has other dates in the definition than in the keyring`)];
}

/** The keys that clients are to seal for at some time. */
function usableKeys(keys: readonly ManifestKey[]): ManifestKey[] {
  return keys.filter(({ replaced, retired }) => replaced === undefined && retired === undefined);
}

function finding(kind: string, message: string): Finding {
  return { kind, message };
}
