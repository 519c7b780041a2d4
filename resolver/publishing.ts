import { encodeMinisignPublicKey, signList } from "@sotto/wire";
import type { Clock } from "./log/clock.ts";
import type { FrameLog } from "./log/contract.ts";
import type { PublishedZone } from "./publication/publishedzone.ts";
import type { ZoneSettings } from "./settings.ts";
import { readSigningKey } from "./signingkey.ts";

/**
 * What publication sees of a zone.
 *
 * @param current the zone's settings as they are whenever somebody looks.
 * @throws SignatureError when the key that signs the list cannot be read.
 */
export async function publishZone(current: () => ZoneSettings, log: FrameLog, clock: Clock): Promise<PublishedZone> {
  return {
    get facts() {
      return current();
    },
    list: () => log.published(clock()),
    open: (entry) => log.openSegment(entry),
    ...(await signing(current().signKey)),
  };
}

async function signing(path: string | undefined): Promise<Pick<PublishedZone, "signature" | "signatureKey">> {
  if (path === undefined) return {};
  const key = await readSigningKey(path);
  return { signature: (list) => signList(list, key), signatureKey: encodeMinisignPublicKey(key.publicKey) };
}
