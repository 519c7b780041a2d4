/**
 * A flood of well-formed names whose puzzle nobody solved, 30,000 a second, and honest reports beside it: what is
 * stored of the flood, and what share of the honest ones is acknowledged. Once with the limit per source, once without.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sealFor, sendSealed, serverLookup } from "@sotto/client/sending";
import { dayOf, generateKeyPair } from "@sotto/wire";
import { requirePrograms, runPaced, writeNames, ZONE } from "./dnsload.ts";
import { startSotto } from "./servers.ts";
import { figure, printTable } from "./table.ts";

const FLOOD_RATE = 30_000;
const SECONDS = 10;
const HONEST_RATE = 25;
const BITS = 16;
const ACK = "198.18.0.7";

requirePrograms(["dnsperf"]);
const folder = mkdtempSync(join(tmpdir(), "sotto-flood-"));
try {
  const names = join(folder, "names");
  await writeNames(names, FLOOD_RATE * SECONDS);
  const rows = [await flood("off", 5401, names), await flood("on", 5403, names)];
  console.log(
    `Flood of ${figure(FLOOD_RATE)} names/s for ${SECONDS} s beside ${HONEST_RATE} honest reports/s, ${BITS} bits\n`,
  );
  printTable(
    ["limit per source", "flood answered/s", "honest sent", "acknowledged", "share", "stored", "of the flood"],
    rows,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function flood(limit: "on" | "off", port: number, names: string): Promise<string[]> {
  const server = await startSotto(folder, port, ["--bits", String(BITS), "--rate-limit", limit]);
  const sealed = sealHonest();
  const flooding = runPaced(port, names, SECONDS, FLOOD_RATE);
  const results = await sendHonest(sealed, port);
  const answered = (await flooding).length;
  const stored = await server.stop();
  const acked = results.filter(Boolean).length;
  const share = `${((100 * acked) / results.length).toFixed(1)} %`;
  // A name of the flood solves the puzzle by chance once in 2^bits.
  return [
    limit,
    figure(answered / SECONDS),
    String(results.length),
    String(acked),
    share,
    String(stored),
    String(stored - acked),
  ];
}

/** Reports of honest clients, sealed beforehand so that the sending alone is measured. */
function sealHonest() {
  const target = { publicKey: generateKeyPair().publicKey, zone: ZONE, ack: [ACK], bits: BITS };
  const today = dayOf(Date.now() / 1000);
  return Array.from({ length: HONEST_RATE * (SECONDS - 2) }, (_, i) => sealFor(target, `{"honest":${i}}`, today));
}

async function sendHonest(sealed: ReturnType<typeof sealHonest>, port: number): Promise<boolean[]> {
  const lookup = serverLookup([`127.0.0.1:${port}`]);
  const sending: Promise<boolean>[] = [];
  for (const report of sealed) {
    sending.push(sendSealed(report, [ACK], lookup).then(({ acked }) => acked));
    await sleep(1000 / HONEST_RATE);
  }
  return await Promise.all(sending);
}
