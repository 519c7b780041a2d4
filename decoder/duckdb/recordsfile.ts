import { StoreError } from "../errors.ts";
import { isDamaged, isLocked, isNoDatabase, isNotThere, isOfNewerDuckDb, isOfOtherRecords } from "./failure.ts";
import { foreign, type StoreFiles } from "./files.ts";
import { quoted } from "./instance.ts";
import { locked } from "./lock.ts";
import { SCHEMA_VERSION, TABLES } from "./schema.ts";
import type { Session } from "./session.ts";
import { creationOf } from "./table.ts";

/** What the table `about` says of every store of ours. */
const FORMAT = "sotto-decoder records";

/** The format of DuckDB's files: its newest, which compresses better than the one that it writes unasked. */
const STORAGE = "STORAGE_VERSION 'v1.5.0'";

/**
 * Opens the records as `store`.
 *
 * @throws StoreError `SOTTO_STORE_LOCKED`, `SOTTO_STORE_FOREIGN`, `SOTTO_STORE_NEWER`, `SOTTO_STORE_DAMAGED`,
 *   `SOTTO_STORE_MODE`.
 */
export async function openRecords(session: Session, files: StoreFiles, readOnly: boolean): Promise<void> {
  // To open somebody else's to write to it would change it: it would be rid of its log.
  await attachRecords(session, files, true);
  await files.refuseShared();
  if (readOnly) return;
  await session.run("DETACH store");
  await attachRecords(session, files, false);
  await files.keepLog();
}

async function attachRecords(session: Session, files: StoreFiles, readOnly: boolean): Promise<void> {
  const newer = () => {
    return new StoreError("SOTTO_STORE_NEWER", `a newer version of sotto-decoder made the store ${files.name}`);
  };
  const damaged = (what: string, cause: unknown) => new StoreError("SOTTO_STORE_DAMAGED", what, { cause });
  try {
    await session.run(`ATTACH ${quoted(files.records)} AS store (${readOnly ? "READ_ONLY" : "READ_WRITE"})`);
  } catch (error) {
    if (isLocked(error)) throw locked(files);
    if (isOfNewerDuckDb(error)) throw newer();
    if (isNoDatabase(error)) throw foreign(files.name);
    if (isOfOtherRecords(error)) throw damaged(`${files.log} is not the log of the store ${files.name}`, error);
    if (isDamaged(error)) throw damaged(`the store ${files.name} is damaged`, error);
    throw error;
  }
  const version = await schemaVersion(session);
  if (version === null) throw foreign(files.name);
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
export async function makeRecords(session: Session, files: StoreFiles): Promise<void> {
  await makeFresh(session, files, async () => {});
  await files.renew();
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
export async function rewriteRecords(session: Session, files: StoreFiles): Promise<void> {
  await makeFresh(session, files, async () => {
    for (const { name } of TABLES) await session.run(`INSERT INTO fresh.${name} SELECT * FROM store.${name}`);
  });
  try {
    // Its log has to be empty when the fresh file comes beside it.
    await session.run("CHECKPOINT store");
    await session.run("DETACH store");
    try {
      await files.renew();
    } finally {
      await attachRecords(session, files, false);
    }
  } catch (error) {
    await files.removeFresh();
    throw error;
  }
}

/** Makes a file with our tables and what a task puts there, and closes it. */
async function makeFresh(session: Session, files: StoreFiles, fill: () => Promise<void>): Promise<void> {
  await files.removeFresh();
  // No log: a file that is not finished is thrown away.
  await session.run(`ATTACH ${quoted(files.fresh)} AS fresh (${STORAGE}, RECOVERY_MODE no_wal_writes)`);
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
    await files.removeFresh();
    throw error;
  }
  await session.run("DETACH fresh");
}
