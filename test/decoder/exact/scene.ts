import { readFileSync } from "node:fs";
import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochSecret } from "@sotto/decoder";
import { epochSecrets, epochsFrom, seededKeyring } from "../keyrings.ts";
import { ABSENT_WEEK, FIRST_DAY, type Truth, WEEKS, writeBigLog } from "./biglog.ts";

const SEED = "exact totals";

/** A folder with a log, the keyring of the project that it is of, and its definition. */
export interface Scene {
  readonly log: string;
  readonly keyring: string;
  readonly definition: string;
  readonly store: string;
  readonly truth: Truth;
  /** Takes the secret of the absent week out of the keyring, or puts it back. */
  withSecret(isThere: boolean): Promise<void>;
}

/** Makes a log of so many frames, and all that is needed to scan it. */
export async function makeScene(
  folder: string,
  size: { readonly frames: number; readonly segments: number },
  written?: (frames: number) => void,
): Promise<Scene> {
  const epochs = epochsFrom(FIRST_DAY, WEEKS - 1);
  const keys: readonly EpochSecret[] = epochSecrets(epochs, SEED);
  const [log, keyring, definition] = [join(folder, "log"), join(folder, "keyring"), join(folder, "sotto.json")];
  const truth = await writeBigLog(log, { ...size, keys, seed: SEED }, written);
  const made = await seededKeyring(keyring, epochs, SEED);
  await writeFile(definition, exampleDefinition());
  const absent = made.keys[ABSENT_WEEK];
  const secrets = join(keyring, "keys");
  const name = (await readdir(secrets)).find((file) => absent !== undefined && file.includes(absent.id));
  if (name === undefined) throw new Error("the keyring holds no secret of the absent week");
  const [here, elsewhere] = [join(secrets, name), join(folder, name)];
  return {
    ...{ log, keyring, definition, truth },
    store: join(folder, "records.duckdb"),
    withSecret: (isThere) => (isThere ? rename(elsewhere, here) : rename(here, elsewhere)),
  };
}

/** The definition of docs/definition.md, which the messages of the log are made for. */
function exampleDefinition(): string {
  const page = readFileSync(new URL("../../../docs/definition.md", import.meta.url), "utf8");
  const [, text = ""] = /```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/.exec(page) ?? [];
  return text;
}

/** What the summary of a scan into a store calls what becomes of frames. */
export const FRAME_LABELS = {
  foreign: "foreign",
  pending: "pending",
  "no-key": "no key",
  duplicate: "duplicates",
  malformed: "malformed",
  late: "late",
  future: "future",
  unknown: "unknown kind",
  taken: "taken",
} as const;

/** What a scan into a store says of itself, by label. */
export function summaryOf(stderr: string): ReadonlyMap<string, string> {
  return new Map([...stderr.matchAll(/^([a-z ]+): (.*)$/gm)].map(([, label = "", value = ""]) => [label, value]));
}
