import { keyId } from "@sotto/keys";
import { type EpochKey, type KeyPair, toHex, weekOf } from "@sotto/wire";

/** A key of an epoch as a scan is given it. */
export interface EpochSecret extends EpochKey {
  /** 32 octets; null while it is kept elsewhere. */
  readonly secretKey: Uint8Array | null;
}

/** All keys of a scan. */
export interface KeyMaterial {
  /** Tried on every frame, whatever its week. */
  readonly always: readonly KeyPair[];
  /** Tried on frames of their own weeks; those whose secret was destroyed are left out. */
  readonly epochs: readonly EpochSecret[];
}

/** A key that frames are tried with. */
export interface TriedKey {
  readonly keyPair: KeyPair;
  /** First 8 hexadecimal digits of SHA-256 of the public key. */
  readonly id: string;
}

/** A key whose secret is not at hand. */
export interface AbsentKey extends EpochKey {
  /** First 8 hexadecimal digits of SHA-256 of the public key. */
  readonly id: string;
}

/** What there is for the frames of a week. */
export interface WeekKeys {
  /** In the order in which they are tried. */
  readonly tried: readonly TriedKey[];
  /** Keys that may open frames of the week, were they at hand. */
  readonly absent: readonly AbsentKey[];
}

/**
 * Chooses the keys for a frame by the week in its head, before any is tried: a keyring of years then costs as much as
 * one key. Only where a key was replaced has a week several.
 */
export class ScanKeys {
  /** What they are chosen of. */
  readonly material: KeyMaterial;
  readonly #weeks = new Map<number, WeekKeys>();

  constructor({ always = [], epochs = [] }: Partial<KeyMaterial>) {
    this.material = { always, epochs };
  }

  /** All keys of several lots, in their order. */
  static join(lots: readonly ScanKeys[]): ScanKeys {
    return new ScanKeys({
      always: lots.flatMap(({ material }) => material.always),
      epochs: lots.flatMap(({ material }) => material.epochs),
    });
  }

  /** @param week the absolute week of sealing. */
  ofWeek(week: number): WeekKeys {
    const known = this.#weeks.get(week);
    if (known !== undefined) return known;
    const keys = this.#choose(week);
    this.#weeks.set(week, keys);
    return keys;
  }

  #choose(week: number): WeekKeys {
    const { always, epochs } = this.material;
    const covering = epochs.filter(({ from, until }) => weekOf(from) <= week && week < weekOf(until));
    const present = covering.flatMap(({ publicKey, secretKey }) =>
      secretKey === null ? [] : { publicKey, secretKey },
    );
    // Two copies of a keyring hold the same keys, each perhaps without some of the secrets.
    const pairs = byPublicKey([...always, ...present]);
    const absent = byPublicKey(covering).filter(({ publicKey }) => !pairs.some((pair) => isSame(pair, publicKey)));
    return {
      tried: pairs.map((keyPair) => ({ keyPair, id: keyId(keyPair.publicKey) })),
      absent: absent.map(({ publicKey, from, until }) => ({ id: keyId(publicKey), publicKey, from, until })),
    };
  }
}

function byPublicKey<Key extends { readonly publicKey: Uint8Array }>(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [toHex(key.publicKey), key])).values()];
}

function isSame(pair: KeyPair, publicKey: Uint8Array): boolean {
  return toHex(pair.publicKey) === toHex(publicKey);
}
