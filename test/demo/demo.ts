/**
 * The main job from end to end, told step by step: three projects share a zone, their users' reports travel over real DNS,
 * each project finds its own reports in the public log, and nobody else's, and one makes a page of them.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Lookup, serverLookup } from "@sotto/client/sending";
import { engineOf, listSegments } from "@sotto/decoder";
import { type Collector, formatEndpoint, serve, settingsOf } from "@sotto/resolver";
import {
  DEFAULT_EPOCH_DAYS,
  dayOf,
  encodeName,
  encodePublicKey,
  generateKeyPair,
  parseSegmentList,
  SEGMENT_LIST_PATH,
  type SealedFrame,
  toHex,
  weekOf,
  weekStart,
} from "@sotto/wire";
import { questionText } from "../../client/telemetry/words.ts";
import { decode } from "./decoding.ts";
import { collectionOf, definitionText } from "./definition.ts";
import { KEPT, keep, PAGE, runDecoder } from "./keeping.ts";
import { fact, paint, say, step, table, tell, waitUntil } from "./screen.ts";
import { isDeclared, junkName, type Project, resaltedName, sampleReport, sendReport } from "./traffic.ts";

const ZONE = "r.example.net";
const ACK = "198.18.0.7";
const BITS = 8;
const BUCKET = 3;
/** Reports in a bucket: of the first project more, since a page is made of its own. */
const REPORTS = { first: 120, other: 40 } as const;
const JUNK = 30;
const LOCALHOST = { address: "127.0.0.1", port: 0 };
const STEPS = 6;

/** Seconds to wait for what was sent to be published: a bucket takes four. */
const PATIENCE = 30;

/** Seconds that the log is kept: longer than any machine takes for the demo, and then as short as can be. */
const RETENTION = 600;
const SHORT_RETENTION = 2 * BUCKET;

const folder = await mkdtemp(join(tmpdir(), "sotto-demo-"));
try {
  process.exitCode = (await demo()) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function demo(): Promise<boolean> {
  say(`\n${paint("bold", "sotto")}: count your users without watching anyone\n`);
  tell(
    "Nothing here is played: real DNS, a real collector and real keys, on this machine alone. It takes some 20 seconds.",
  );
  const projects = ["django", "homebrew", "fedora"].map(newProject);
  const [django] = projects as [Project];
  const definition = showDefinition(django);
  await keep(django.keyPair, definition);
  showQuestion(definition);
  const collector = await serveFor(RETENTION);
  let agreed = false;
  try {
    await waitForLog(await send(projects, collector), placeOf(collector));
    agreed = await decodeAll(projects, placeOf(collector));
    agreed = (await showFigures(django, placeOf(collector))) && agreed;
  } finally {
    await collector.close();
  }
  const isEmpty = await showPurge();
  showPage();
  return agreed && isEmpty;
}

function serveFor(retention: number): Promise<Collector> {
  const zone = { zone: ZONE, ack: [ACK], bits: BITS, bucket: BUCKET, publishAfter: 0, minBatch: 1, retention };
  return serve(settingsOf({ zones: [zone], listen: [LOCALHOST], http: LOCALHOST, data: folder }));
}

function placeOf({ http }: Collector): string {
  return `http://${formatEndpoint(http ?? LOCALHOST)}`;
}

function newProject(name: string): Project {
  const keyPair = generateKeyPair();
  const target = { publicKey: keyPair.publicKey, zone: ZONE, ack: [ACK], bits: BITS };
  return { name, keyPair, target, sent: [], frames: 0 };
}

function showDefinition({ name, keyPair }: Project): string {
  step(1, STEPS, `${name} decides what to ask, and makes a key`);
  const from = dayOf(weekStart(weekOf(dayOf(Date.now() / 1000)) - 3));
  const key = { publicKey: keyPair.publicKey, from, until: from + DEFAULT_EPOCH_DAYS };
  const definition = definitionText(name, ZONE, key);
  tell("All that may ever be asked stands in one file, sotto.json, with a reason and an end for each field:");
  for (const { name: report, fields } of collectionOf(definition).reports) {
    fact(report, "green", fields.map((field) => field.name).join(", "));
  }
  tell("Reports are sealed for its public key, which is in the file. Its secret stays offline.");
  fact("public key", "yellow", encodePublicKey(keyPair.publicKey));
  return definition;
}

function showQuestion(definition: string): void {
  step(2, STEPS, "A user is asked, once; before a yes nothing is counted");
  const question = questionText(collectionOf(definition), new Set(), "django telemetry");
  for (const line of question.trim().split("\n")) say(`${paint("dim", "│")} ${line}`);
  say(`${paint("dim", "│")} [yes/no/never] ${paint("green", "yes")}`);
}

/** @returns how many different names were sent. */
async function send(projects: readonly Project[], { dns: [endpoint] }: Collector): Promise<number> {
  const lookup = serverLookup([formatEndpoint(endpoint ?? LOCALHOST)]);
  const firstBucket = Math.ceil(Date.now() / 1000 / BUCKET) * BUCKET;
  await showOne(projects[0] as Project, lookup);
  step(4, STEPS, "So do many users of three projects, and some who mean harm");
  await waitUntil(firstBucket, "the first bucket begins in");
  const frames = await sendBucket(projects, lookup);
  await waitUntil(firstBucket + BUCKET, "the second bucket begins in");
  await sendBucket(projects, lookup);
  const stranger = newProject("a stranger");
  await sendNoise(stranger, frames, lookup);
  const reports = projects.reduce((sum, { sent }) => sum + sent.length, 0);
  tell(
    `${reports} reports, some of many parts, some two weeks old since a machine was off, and every tenth sent twice. ` +
      `Beside them ${JUNK} names of junk, ${JUNK} of a project that nobody here knows, and ${JUNK} copies of others' reports under another salt.`,
  );
  return projects.reduce((sum, project) => sum + project.frames, stranger.frames + 2 * JUNK);
}

/** Waits until so many names are in the public log; a machine that has much to do takes longer over it. */
async function waitForLog(names: number, place: string): Promise<void> {
  const end = Date.now() / 1000 + PATIENCE;
  for (;;) {
    const response = await fetch(`${place}${SEGMENT_LIST_PATH}`);
    // A collector that has much to do says so, and is asked again.
    const { segments } = response.ok ? parseSegmentList(await response.text()) : { segments: [] };
    if (segments.reduce((sum, { count }) => sum + count, 0) >= names || Date.now() / 1000 > end) return;
    await waitUntil(Math.floor(Date.now() / 1000) + 1, "looking for the published log again in");
  }
}

async function showOne(project: Project, lookup: Lookup): Promise<void> {
  step(3, STEPS, "A report leaves, as a DNS name");
  const text = sampleReport(1);
  const [sealed] = await sendReport(project, text, lookup, false);
  if (sealed === undefined) return;
  const name = encodeName(sealed.frame, ZONE);
  fact("it says", "green", text);
  fact("the name", "yellow", name.slice(0, 64), name.slice(64, 128), name.slice(128, 192), name.slice(192));
  fact("the answer", "cyan", `${ACK}, which means: stored`);
  say();
  tell("What each of them sees:");
  fact("resolver", "reset", "who asks, and that name: the zone, no project, no content");
  fact("collector", "reset", `the resolver's address, which it does not keep; ${sealed.frame.length} octets:`);
  fact("", "yellow", `${toHex(sealed.frame).slice(0, 52)}…`);
  fact("log's reader", "reset", "the same octets, and that they came within an hour (3 s, here)");
  fact(project.name, "green", text);
}

async function sendBucket(projects: readonly Project[], lookup: Lookup): Promise<SealedFrame[]> {
  const frames = await Promise.all(
    projects.map(async (project, at) => {
      const sent: SealedFrame[] = [];
      for (let index = 0; index < (at === 0 ? REPORTS.first : REPORTS.other); index++) {
        sent.push(...(await sendReport(project, sampleReport(index), lookup, index % 10 === 0)));
      }
      return sent;
    }),
  );
  return frames.flat();
}

async function sendNoise(stranger: Project, frames: readonly SealedFrame[], lookup: Lookup): Promise<void> {
  for (let index = 0; index < JUNK; index++) {
    await lookup(junkName(ZONE, BITS));
    await sendReport(stranger, sampleReport(index * 8 + 1), lookup, false);
    const copied = frames[Math.floor((index * frames.length) / JUNK)];
    if (copied !== undefined) await lookup(resaltedName(copied.frame, ZONE, BITS));
  }
}

async function decodeAll(projects: readonly Project[], place: string): Promise<boolean> {
  step(5, STEPS, "Each project tries its key on every name in the public log");
  const engine = await engineOf("auto");
  const rows: string[][] = [];
  let agreed = true;
  for (const project of projects) {
    const { texts, counters, isRight } = await decode(project, place, engine);
    agreed &&= isRight;
    rows.push([
      paint("bold", project.name),
      String(project.sent.length),
      paint(isRight ? "green" : "red", `${texts.length}${isRight ? " ✓" : " ✗"}`),
      String(project.frames),
      ...[counters.opened - counters.duplicates, counters.duplicates, counters.foreign].map(String),
    ]);
  }
  say(table(["project", "sent", "decoded", "names", "its own", "copies", "not its own"], rows));
  tell(agreed ? "Every report was found once, by its own project and by nobody else." : "SENT AND DECODED DIFFER.");
  return agreed;
}

async function showFigures({ name, sent }: Project, place: string): Promise<boolean> {
  say();
  tell(`${name} keeps records of what its file allows, and makes figures of them:`);
  const source = ["--store", "records.duckdb", "--definition", "sotto.json"];
  const summary = await runDecoder("scan", "--key-file", `${name}.key`, "--from", place, ...source);
  const numberOf = (label: string) => Number(new RegExp(`^${label}: (\\d+)`, "m").exec(summary)?.[1]);
  const declared = sent.filter(isDeclared).length;
  const [records, rejected] = [numberOf("records in the store"), numberOf("rejected")];
  const isRight = records === declared && rejected === sent.length - declared;
  fact("records", isRight ? "green" : "red", `${records} ${isRight ? "✓" : "✗"}`);
  fact("rejected", "reset", `${rejected}, which said what the file does not declare: free text`);
  await runDecoder("report", ...source, "--html", "report.html");
  return isRight;
}

async function showPurge(): Promise<boolean> {
  step(6, STEPS, "The log is purged");
  tell(
    `A zone keeps it for a week at most. So that nobody has to wait, the collector starts again with ${SHORT_RETENTION} s.`,
  );
  const collector = await serveFor(SHORT_RETENTION);
  try {
    const end = Date.now() / 1000 + PATIENCE;
    let left = await leftOf(collector);
    while (left.segments + left.files > 0 && Date.now() / 1000 < end) {
      await waitUntil(Math.floor(Date.now() / 1000) + 1, "looking for what is left again in");
      left = await leftOf(collector);
    }
    const isEmpty = left.segments + left.files === 0;
    fact(
      "left",
      isEmpty ? "green" : "red",
      `${left.segments} segments published, ${left.files} files ${isEmpty ? "✓" : "✗"}`,
    );
    return isEmpty;
  } finally {
    await collector.close();
  }
}

async function leftOf(collector: Collector): Promise<{ segments: number; files: number }> {
  const segments = (await listSegments(placeOf(collector), () => {})).length;
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    // Beside frames a data folder holds only the log's notion of time.
    (entry) => entry.isFile() && entry.name !== "time.json",
  ).length;
  return { segments, files };
}

function showPage(): void {
  say(`\n${paint("bold", "django's figures are a page now. Open it in a browser:")}\n`);
  say(`  ${paint("cyan", pathToFileURL(PAGE).href)}\n`);
  tell(`Its records, definition and key stay beside it until the next demo, in ${KEPT}`);
  say();
}
