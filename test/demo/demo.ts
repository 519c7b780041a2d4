/**
 * The main job from end to end, embedded: three projects share a zone, their users' reports travel over real DNS, and
 * each project finds its own reports in the public log, and nobody else's.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lookup, serverLookup } from "@sotto/client/sending";
import { type Engine, engineOf, listSegments, Scan, type ScanCounters } from "@sotto/decoder";
import { type Collector, formatEndpoint, serve, settingsOf } from "@sotto/resolver";
import { encodeName, generateKeyPair, type SealedFrame, sha256, toHex } from "@sotto/wire";
import { paint, say, table, waitUntil } from "./screen.ts";
import { junkName, type Project, resaltedName, sampleReport, sendReport } from "./traffic.ts";

const ZONE = "r.example.net";
const ACK = "198.18.0.7";
const BITS = 8;
const BUCKET = 3;
const RETENTION = 14;
const REPORTS_A_BUCKET = 60;
const JUNK = 40;
const LOCALHOST = { address: "127.0.0.1", port: 0 };

const folder = await mkdtemp(join(tmpdir(), "sotto-demo-"));
const settings = settingsOf({
  zones: [{ zone: ZONE, ack: [ACK], bits: BITS, bucket: BUCKET, publishAfter: 0, retention: RETENTION }],
  listen: [LOCALHOST],
  http: LOCALHOST,
  data: folder,
});
const collector = await serve(settings);
try {
  process.exitCode = (await demo(collector)) ? 0 : 1;
} finally {
  await collector.close();
  await rm(folder, { recursive: true, force: true });
}

async function demo(endpoints: Collector): Promise<boolean> {
  const dns = formatEndpoint(endpoints.dns[0] ?? LOCALHOST);
  const place = `http://${formatEndpoint(endpoints.http ?? LOCALHOST)}`;
  say(`\n${paint("bold", "sotto")}: count your users without watching anyone\n`);
  say(`One zone, ${paint("cyan", ZONE)}, served on ${dns}, log published on ${place}.`);
  say(
    `Its puzzle has ${BITS} bits so that this is quick; a real zone asks for 18. A bucket is ${BUCKET} s instead of an hour.\n`,
  );
  const projects = ["django", "homebrew", "fedora"].map(newProject);
  const stranger = newProject("a stranger");
  const lookup = serverLookup([dns]);

  const firstBucket = Math.ceil(Date.now() / 1000 / BUCKET) * BUCKET;
  await waitUntil(firstBucket, "the first bucket begins in");
  const frames = await sendBucket(projects, lookup);
  await showOne(projects[0] as Project, lookup);
  await waitUntil(firstBucket + BUCKET, "the second bucket begins in");
  await sendBucket(projects, lookup);
  await sendNoise(stranger, frames, lookup);
  const reports = projects.reduce((sum, { sent }) => sum + sent.length, 0);
  say(`\nSent ${paint("bold", `${reports} reports`)} of three projects, some of many parts, every tenth twice;`);
  say(
    `beside them ${JUNK} names of junk, ${JUNK} of a project nobody here knows, and ${JUNK} copies under another salt.\n`,
  );

  const lastBucket = Math.floor(Date.now() / 1000 / BUCKET) * BUCKET;
  await waitUntil(lastBucket + BUCKET + 1, "the second bucket is sealed in");
  const agreed = await decodeAll(projects, place);
  await waitUntil(lastBucket + RETENTION + 1, "the retention ends in");
  return (await showPurge(place)) && agreed;
}

function newProject(name: string): Project {
  const keyPair = generateKeyPair();
  return {
    name,
    keyPair,
    target: { publicKey: keyPair.publicKey, zone: ZONE, ack: [ACK], bits: BITS },
    sent: [],
    frames: 0,
  };
}

async function sendBucket(projects: readonly Project[], lookup: Lookup): Promise<SealedFrame[]> {
  const frames = await Promise.all(
    projects.map(async (project) => {
      const sent: SealedFrame[] = [];
      for (let index = 0; index < REPORTS_A_BUCKET; index++) {
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
    const copied = frames[index * 5];
    if (copied !== undefined) await lookup(resaltedName(copied.frame, ZONE, BITS));
  }
}

async function showOne(project: Project, lookup: Lookup): Promise<void> {
  const text = sampleReport(1);
  const [sealed] = await sendReport(project, text, lookup, false);
  if (sealed === undefined) return;
  const name = encodeName(sealed.frame, ZONE);
  say(`A user of ${project.name} reports   ${paint("green", text)}`);
  say(`which travels as the name   ${paint("yellow", name.slice(0, 64))}`);
  say(`                            ${paint("yellow", name.slice(64, 128))}`);
  say(`                            ${paint("yellow", name.slice(128, 192))}${paint("cyan", name.slice(192))}`);
  say(
    `and is answered             ${ACK}: stored, sealed for key ${toHex(sha256(project.keyPair.publicKey)).slice(0, 8)}…`,
  );
}

async function decodeAll(projects: readonly Project[], place: string): Promise<boolean> {
  const engine = await engineOf("auto");
  let agreed = true;
  const rows: string[][] = [];
  for (const project of projects) {
    const { texts, counters } = await decode(project, place, engine);
    const same = sameTexts(texts, project.sent);
    agreed &&= same;
    rows.push([
      paint("bold", project.name),
      String(project.sent.length),
      paint(same ? "green" : "red", `${texts.length}${same ? " ✓" : " ✗"}`),
      String(project.frames),
      String(counters.opened - counters.duplicates),
      String(counters.duplicates),
      String(counters.foreign),
    ]);
  }
  say(`Each project tries its key on every name in the log (${engine.name}):\n`);
  say(table(["project", "sent", "decoded", "frames", "own", "copies", "not mine"], rows));
  say(
    agreed ? "\nEvery report was found once, by its own project and by nobody else.\n" : "\nSENT AND DECODED DIFFER.\n",
  );
  return agreed;
}

async function decode(
  { keyPair }: Project,
  place: string,
  engine: Engine,
): Promise<{ texts: string[]; counters: ScanCounters }> {
  const scan = new Scan(engine, [keyPair]);
  const texts: string[] = [];
  const damaged = (name: string) => {
    throw new Error(`damaged: ${name}`);
  };
  for (const segment of await listSegments(place, damaged)) {
    for await (const run of segment.frames()) texts.push(...scan.read(run, segment).map(({ text }) => text));
  }
  texts.push(...scan.finish().map(({ text }) => text));
  return { texts, counters: scan.counters };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}

async function showPurge(place: string): Promise<boolean> {
  const listed = (await listSegments(place, () => {})).length;
  const kept = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    // Beside frames a data folder holds only the log's notion of time.
    (entry) => entry.isFile() && entry.name !== "time.json",
  ).length;
  const empty = listed === 0 && kept === 0;
  say(
    `After the retention of ${RETENTION} s: ${listed} segments published, ${kept} files kept. ${empty ? paint("green", "The log is empty ✓") : paint("red", "NOT EMPTY")}\n`,
  );
  return empty;
}
