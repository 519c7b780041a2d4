import { StoreError } from "../errors.ts";
import { isDamaged, isLocked, isNoDatabase, isNotThere, isOfNewerDuckDb } from "./failure.ts";
import { foreign, type StoreFolder } from "./folder.ts";
import { quoted } from "./instance.ts";
import { SCHEMA_VERSION, TABLES } from "./schema.ts";
import type { Session } from "./session.ts";
import { creationOf } from "./table.ts";

/** What the table `about` says of every store of ours. */
const FORMAT = "sotto-decoder records";

/** The format of DuckDB's files: its newest, which compresses better than the one that it writes unasked. */
const STORAGE = "STORAGE_VERSION 'v1.5.0'";

/**
 * Takes the lock of a store's folder, which whoever writes has alone.
 *
 * @throws StoreError `SOTTO_STORE_LOCKED`, `SOTTO_STORE_FOREIGN`.
 */
export async function takeLock(session: Session, folder: StoreFolder, readOnly: boolean): Promise<void> {
  const attach = () => session.run(`ATTACH ${quoted(folder.lock)} AS lock (${accessOf(readOnly)})`);
  try {
    await attach();
  } catch (error) {
    if (isLocked(error))
      throw new StoreError("SOTTO_STORE_LOCKED", `the store ${folder.name} is in use by another process`);
    if (!isNoDatabase(error)) throw error;
    if (readOnly || (await folder.hasRecords())) throw foreign(folder.name);
    // Whoever was making the store was killed at its first step.
    await folder.removeLock();
    await attach();
  }
}

/**
 * Opens the records as `store`.
 *
 * @throws StoreError `SOTTO_STORE_FOREIGN`, `SOTTO_STORE_NEWER`, `SOTTO_STORE_DAMAGED`.
 */
export async function openRecords(session: Session, folder: StoreFolder, readOnly: boolean): Promise<void> {
  const newer = () => {
    return new StoreError("SOTTO_STORE_NEWER", `a newer version of sotto-decoder made the store ${folder.name}`);
  };
  try {
    await session.run(`ATTACH ${quoted(folder.records)} AS store (${accessOf(readOnly)})`);
  } catch (error) {
    if (isOfNewerDuckDb(error)) throw newer();
    if (isNoDatabase(error)) throw foreign(folder.name);
    if (isDamaged(error))
      throw new StoreError("SOTTO_STORE_DAMAGED", `the store ${folder.name} is damaged`, { cause: error });
    throw error;
  }
  const version = await schemaVersion(session);
  if (version === null) throw foreign(folder.name);
  if (version > SCHEMA_VERSION) throw newer();
}

/** Null when the tables are not ours. */
async function schemaVersion(session: Session): Promise<number | null> {
  try {
    const [about] = await session.query("SELECT format, schema_version FROM store.about");
    return about?.[0] === FORMAT ? (about[1] as number) : null;
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

/** Makes the records' file, with nothing in it. */
export async function makeRecords(session: Session, folder: StoreFolder): Promise<void> {
  await makeFresh(session, folder, async () => {});
  await folder.renew();
}

/** Notes that deleted text is to be got out of the file, as part of the transaction that deletes it. */
export async function oweRewriting(session: Session): Promise<void> {
  await session.run("UPDATE store.about SET rewrite = true");
}

/** Whether deleted text may still be in the file. */
export async function isRewritingOwed(session: Session): Promise<boolean> {
  const [about] = await session.query("SELECT rewrite FROM store.about");
  return about?.[0] === true;
}

/**
 * Writes everything into a fresh file that takes the old one's place: DuckDB marks deleted rows, and frees blocks without
 * overwriting them, so their text could still be read in the old one. A crash leaves one of the two, whole.
 *
 * No other session may be in a transaction.
 */
export async function rewriteRecords(session: Session, folder: StoreFolder): Promise<void> {
  await makeFresh(session, folder, async () => {
    for (const { name } of TABLES) await session.run(`INSERT INTO fresh.${name} SELECT * FROM store.${name}`);
  });
  // Closing it empties its write-ahead log, which would else be taken for the fresh file's.
  await session.run("DETACH store");
  try {
    await folder.renew();
  } finally {
    await openRecords(session, folder, false);
  }
}

/** Makes a file with our tables and what a task puts there, and closes it. */
async function makeFresh(session: Session, folder: StoreFolder, fill: () => Promise<void>): Promise<void> {
  await folder.removeFresh();
  // No log: a file that is not finished is thrown away.
  await session.run(`ATTACH ${quoted(folder.fresh)} AS fresh (${STORAGE}, RECOVERY_MODE no_wal_writes)`);
  try {
    await session.transaction(async () => {
      await session.run(
        "CREATE TABLE fresh.about (format VARCHAR NOT NULL, schema_version INTEGER NOT NULL, rewrite BOOLEAN NOT NULL)",
      );
      await session.run("INSERT INTO fresh.about VALUES ($1, $2, false)", [FORMAT, SCHEMA_VERSION]);
      for (const table of TABLES) await session.run(creationOf(table, "fresh"));
      await fill();
    });
    await session.run("CHECKPOINT fresh");
  } catch (error) {
    await session.run("DETACH fresh").catch(() => {});
    await folder.removeFresh();
    throw error;
  }
  await session.run("DETACH fresh");
}

function accessOf(readOnly: boolean): string {
  return readOnly ? "READ_ONLY" : "READ_WRITE";
}
