import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SiteError } from "../errors.ts";
import type { SiteFile } from "./site.ts";

/** Says which files of a folder are ours: no other is ever replaced or removed. */
const MANIFEST = "sotto-site.json";

const VERSION = 1;

/** Names that a site has. A manifest with others was not written here. */
const NAME = /^[a-z0-9]{1,32}\.(html|json|csv)$/;

/**
 * Looks at a folder that a site is to be written to.
 *
 * @returns the names of files there that a site before wrote; none where there is no folder yet, or an empty one.
 * @throws SiteError `SOTTO_SITE_FOREIGN` when there are other things in it and no manifest, or the manifest is not ours.
 */
export async function ownFiles(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  if (entries.length === 0) return [];
  if (!entries.includes(MANIFEST))
    refuse(folder, "holds something else; choose an empty folder, or one that was published to");
  const names = parseManifest(await readFile(join(folder, MANIFEST), "utf8"));
  if (names === null) refuse(folder, `has a ${MANIFEST} that is not of this version`);
  return names.filter((name) => entries.includes(name));
}

/**
 * Writes a site. Each file is there as a whole or as it was; one that was ours and is of the site no more is removed.
 *
 * @throws SiteError as {@link ownFiles}, and when a file of the same name is not ours.
 */
export async function writeSite(folder: string, files: readonly SiteFile[]): Promise<void> {
  const before = await ownFiles(folder);
  const names = files.map(({ name }) => name);
  const entries = await entriesOf(folder);
  const foreign = names.find((name) => entries.includes(name) && !before.includes(name));
  if (foreign !== undefined) refuse(folder, `has a ${foreign} that was not published from here`);
  await mkdir(folder, { recursive: true });
  // First it names all that may be there when this is interrupted.
  await replace(folder, MANIFEST, formatManifest([...new Set([...before, ...names])]));
  for (const { name, text } of files) await replace(folder, name, text);
  for (const name of before.filter((old) => !names.includes(old))) await rm(join(folder, name));
  await replace(folder, MANIFEST, formatManifest(names));
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") refuse(folder, "is not a folder");
    throw error;
  }
}

async function replace(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  const status = await lstat(path).catch(() => null);
  if (status !== null && !status.isFile()) refuse(folder, `has a ${name} that is not a file`);
  const draft = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(draft, "wx", 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function formatManifest(names: readonly string[]): string {
  return `${JSON.stringify({ version: VERSION, files: [...names].sort() })}\n`;
}

function parseManifest(text: string): string[] | null {
  try {
    const { version, files } = JSON.parse(text) as { version: unknown; files: unknown };
    const isOurs = version === VERSION && Array.isArray(files) && files.every((name) => NAME.test(String(name)));
    return isOurs ? files.map(String) : null;
  } catch {
    return null;
  }
}

function refuse(folder: string, why: string): never {
  throw new SiteError("SOTTO_SITE_FOREIGN", `${folder} ${why}`);
}
