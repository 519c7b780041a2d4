import { isState, SQLSTATE } from "./failure.ts";
import type { Session } from "./session.ts";

/** How long readers may keep a table from being written anew; whoever comes to read waits behind. */
const WAIT_MILLISECONDS = 1000;

/** How often it is tried. */
const TRIES = 3;

/**
 * Writes tables anew that deleted rows are owed to be got out of, since PostgreSQL marks them, and leaves their octets where
 * they are until something else takes the room. What readers hold up stays owed, and so it does where the login is not the
 * tables' owner, whom alone the server lets do it.
 */
export async function rewriteOwed(session: Session): Promise<void> {
  const [row] = await session.rows("SELECT array_to_string(rewrite, ' ') FROM about");
  const owed = String(row?.[0] ?? "");
  for (const table of owed.split(" ").filter((name) => name !== "")) {
    if (await rewrite(session, table)) {
      await session.run("UPDATE about SET rewrite = array_remove(rewrite, $1)", [table]);
    }
  }
}

/** @returns whether it is done. */
async function rewrite(session: Session, table: string): Promise<boolean> {
  const fileOf = async () => (await session.rows("SELECT pg_relation_filenode($1::regclass)", [table]))[0]?.[0];
  const before = await fileOf();
  await session.run(`SET lock_timeout = ${WAIT_MILLISECONDS}`);
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      await session.run(`VACUUM (FULL, ANALYZE) ${table}`);
      break;
    } catch (error) {
      if (!isState(error, SQLSTATE.lockNotAvailable)) throw error;
    }
  }
  await session.run("SET lock_timeout = 0");
  // To whom it may not be done the server says so in a warning.
  return (await fileOf()) !== before;
}
