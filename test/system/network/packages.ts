import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that the system tests stand on, and the Debian package of each. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: "iproute2",
  setpriv: "util-linux",
  mount: "mount",
  unbound: "unbound",
  named: "bind9",
  kresd: "knot-resolver",
  pdns_recursor: "pdns-recursor",
  dnsmasq: "dnsmasq-base",
  nsd: "nsd",
  kdig: "knot-dnsutils",
};

/**
 * A missing peer is a failure, never a skipped test: a suite that is green without its resolvers proves nothing.
 *
 * @param more Further programs that a test needs, with the Debian package of each.
 * @throws Error naming every missing package and the line that installs them.
 */
export function requirePackages(more: Readonly<Record<string, string>> = {}): void {
  const missing = Object.entries({ ...PACKAGES, ...more }).filter(([program]) => !isInstalled(program));
  const packages = [...new Set(missing.map(([, name]) => name))];
  if (packages.length > 0) {
    const programs = missing.map(([program]) => program).join(", ");
    throw new Error(
      `these programs are not on the PATH: ${programs}. On Debian 12, install them with\n` +
        `  apt-get install --no-install-recommends ${packages.join(" ")}`,
    );
  }
  if (process.getuid?.() !== 0) throw new Error("network namespaces need root: run the system tests as root");
}

function isInstalled(program: string): boolean {
  const directories = (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  return directories.some((directory) => isExecutable(join(directory, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
