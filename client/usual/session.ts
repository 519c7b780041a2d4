import { renameSync, writeFileSync } from "node:fs";
import type { RandomSource } from "@sotto/wire";
import { MAX_SESSION_OCTETS } from "../installation/session.ts";
import { isSessionId, usedSession } from "../report/session.ts";
import { unusual, usualFile } from "./reading.ts";

/**
 * Keeps that the session goes on, or begins: `useSession` in short. Few programs have one, so these functions are compiled
 * when they are called.
 *
 * @param minute the whole minute of the use, since 1970-01-01 UTC.
 * @throws where what is kept is damaged, or the new one cannot be written.
 */
export const keepSession = (folder: string, minute: number, random: RandomSource): void => {
  const path = `${folder}/session.json`;
  const file = usualFile(path, MAX_SESSION_OCTETS);
  const before = file === undefined ? null : { id: file.id as string, minute: file.minute as number };
  if (before?.minute === minute) return;
  if (before !== null && (!isSessionId(before.id) || !Number.isSafeInteger(before.minute))) throw unusual();
  const { id } = usedSession(before, minute, random);
  const whole = `${folder}/.session.json.new-${process.pid}-${process.hrtime.bigint()}`;
  writeFileSync(whole, `${JSON.stringify({ version: 1, id, minute })}\n`, { mode: 0o600, flag: "wx" });
  renameSync(whole, path);
};
