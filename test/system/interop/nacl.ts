import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("nacl_box.py", import.meta.url));

/** One thing for PyNaCl to do, octets in hexadecimal. */
export type Order =
  | { do: "public"; secret: string }
  | { do: "seal"; public: string; octets: string }
  | { do: "open"; secret: string; octets: string };

/**
 * Has Debian's PyNaCl carry out orders, all in one process.
 *
 * @returns for each order the octets in hexadecimal, or null where PyNaCl refused.
 * @throws Error that names the package to install when it is missing.
 */
export function byPyNacl(orders: readonly Order[]): (string | null)[] {
  const input = orders.map((order) => `${JSON.stringify(order)}\n`).join("");
  const { error, status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], { input, encoding: "utf8" });
  if (error !== undefined || status !== 0) {
    throw new Error(`PyNaCl did not run; apt-get install python3-nacl\n${error?.message ?? stderr}`);
  }
  const answers: (string | null)[] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  if (answers.length !== orders.length) throw new Error(`PyNaCl answered ${answers.length} of ${orders.length} orders`);
  return answers;
}
