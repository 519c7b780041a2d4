import { chmodSync, chownSync, copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Settings of a server with TLS, beside {@link placeCertificate}. */
export const WITH_TLS = ["ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key"];

/** A file of `tls/`. */
export function certificateFile(name: string): string {
  return fileURLToPath(new URL(`tls/${name}`, import.meta.url));
}

/** Puts the certificate for `localhost` and its key into the folder of a server's files, for the server alone. */
export function placeCertificate(folder: string): void {
  for (const name of ["server.pem", "server.key"]) {
    const path = join(folder, name);
    copyFileSync(certificateFile(name), path);
    const { uid, gid } = statSync(folder);
    chownSync(path, uid, gid);
    chmodSync(path, 0o600);
  }
}
