import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { isProject } from "@sotto/wire";
import { type Place, pathIn } from "../state/paths.ts";

/** FNV-1a of 64 bits: RFC 9923 section 5. */
const FNV_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

const BINDING = /^[0-9a-f]{16}$/;

/** Where systemd and D-Bus keep the machine's number. Other systems tell theirs only to programs that are started. */
const MACHINE_FILES = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/** What an installation is bound to, so that a copy of its state is nobody's. */
export interface Bound {
  /** The machine's number; empty where the system does not tell. */
  readonly machine: string;
  /** The user's number; empty where users have none. */
  readonly uid: string;
  /** The state folder's inode number, in decimal digits. */
  readonly inode: string;
}

/**
 * The name of the folder of all installations on this machine, of this user, in this state folder. Not a cryptographic
 * sum: loading one would be most of what a program's run costs, and the name never leaves the machine.
 *
 * @returns 16 lower-case hexadecimal digits.
 */
export function bindingOf({ machine, uid, inode }: Bound): string {
  const octets = Buffer.from(`${machine}:${uid}:${inode}`, "utf8");
  let hash = FNV_BASIS;
  for (let at = 0; at < octets.length; at++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(octets[at] as number)) * FNV_PRIME);
  }
  return hash.toString(16).padStart(16, "0");
}

/** The last one, since a run asks several times; the machine's and the user's numbers do not change while it lasts. */
let known: { readonly inode: string; readonly binding: string } | null = null;

/** @returns null when the state folder is not there. */
export function systemBinding(state: Place): string | null {
  try {
    const inode = inodeOf(state.path);
    if (inode === null) return null;
    if (known?.inode !== inode) {
      const uid = String(process.getuid?.() ?? "");
      known = { inode, binding: bindingOf({ machine: machineNumber(), uid, inode }) };
    }
    return known.binding;
  } catch {
    return null;
  }
}

/** The folder of a project's installation. */
export function installationPlace(state: Place, binding: string, project: string): Place {
  return { path: pathIn(state.path, `installations${sep}${binding}${sep}${project}`), within: state.within };
}

/** The folder of a project's installation on this machine; null when the state folder is not there. */
export function installationOf(state: Place | null, project: string): Place | null {
  const binding = state === null ? null : systemBinding(state);
  return state === null || binding === null ? null : installationPlace(state, binding, project);
}

/** Projects that have an installation here. */
export function projectsOf(state: Place, binding: string): string[] {
  return namesIn(join(state.path, "installations", binding)).filter(isProject);
}

/** All bindings, also of other machines that share this folder, and of copies. */
export function bindingsOf(state: Place): string[] {
  return namesIn(join(state.path, "installations")).filter((name) => BINDING.test(name));
}

/** @returns null when nothing is there. */
function inodeOf(path: string): string | null {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? null;
  if (inode === null || Number.isSafeInteger(inode)) return inode === null ? null : String(inode);
  // Windows, and file systems of networks, have numbers that a double does not hold.
  return String(statSync(path, { bigint: true }).ino);
}

/** The machine's number; empty where the system does not tell. */
export function machineNumber(): string {
  for (const path of MACHINE_FILES) {
    try {
      return readFileSync(path, "utf8").trim();
    } catch {
      // The next place.
    }
  }
  return "";
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
