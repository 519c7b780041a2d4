/**
 * Runs the path IFMA as it is compiled, on a CPU that has its instructions: that of Bochs, which emulates an Ice Lake.
 *
 *     npm run ifma
 *
 * Outside CI, since Debian's Bochs brings a desktop's libraries along (apt install bochs), and needs root for a network of its
 * own, in which Bochs has its screen. Takes half a minute. Bochs 2.7 computes some fused multiplications of doubles wrongly
 * (zero where the first 64 bits cancel), so it can say nothing of the path AVX2.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@sotto/wire";
import { FLAGS, TARGETS } from "../../../build/native/targets.ts";
import { madeFrames, own, slabOf } from "../../decoder/engine/frames.ts";
import { expectedProducts, extremePoints, joined, lowOrderPoints, randomPoints } from "../../system/native/points.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../../native/src/", import.meta.url));

/** Octets that the first sector reads at a time, and of a disk of 40 cylinders. */
const CHUNK = 16_384;
const DISK = 40 * 16 * 63 * 512;

const SETTINGS = `
megs: 64
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=corei7_icelake_u, ips=200000000, reset_on_triple_fault=0
ata0-master: type=disk, path=disk, mode=flat, cylinders=40, heads=16, spt=63
boot: disk
display_library: rfb, options="timeout=0"
sound: driver=dummy
port_e9_hack: enabled=1
clock: sync=none
log: log
`;

const points = [...extremePoints(), ...lowOrderPoints(), ...randomPoints("bochs", 1_000)];
const frames = [...madeFrames("first"), ...madeFrames("second")];

const folder = mkdtempSync(join(tmpdir(), "sotto-bochs-"));
try {
  makeDisk();
  const said = runDisk();
  const expected = new Uint8Array(Math.ceil(frames.length / 8));
  for (const [i, { block }] of frames.entries())
    if (block !== null) expected[i >> 3] = (expected[i >> 3] ?? 0) | (1 << (i & 7));
  const isRight =
    said("products") === toHex(joined(expectedProducts(own.secretKey, points))) && said("found") === toHex(expected);
  const verdict = isRight ? "all as libsodium has it" : "NOT as libsodium has it";
  process.stdout.write(`${said("path")}: ${points.length} points, ${frames.length} frames: ${verdict}\n`);
  process.exitCode = isRight ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A disk of the first sector and the kernel. */
function makeDisk(): void {
  writeFileSync(join(folder, "points.bin"), joined(points));
  writeFileSync(join(folder, "frames.bin"), slabOf(frames));
  writeFileSync(join(folder, "keys.bin"), joined([own.publicKey, own.secretKey]));
  const units =
    TARGETS.find(({ name }) => name === "linux-x64")?.units.filter(({ source }) => source !== "addon.c") ?? [];
  for (const { source, flags } of units) compile(join(SOURCES, source), `${source}.o`, flags);
  // No vectors of its own: they are what is looked at.
  compile(join(HERE, "kernel.c"), "kernel.o", ["-O2", "-mgeneral-regs-only"]);
  const objects = ["kernel.o", ...units.map(({ source }) => `${source}.o`)];
  tool("ld", "--no-warn-rwx-segments", "-T", join(HERE, "kernel.ld"), "-e", "kernel", "-o", "kernel.elf", ...objects);
  tool("objcopy", "-O", "binary", "-j", ".text", "-j", ".rodata", "-j", ".data", "kernel.elf", "kernel.bin");
  const kernel = readFileSync(join(folder, "kernel.bin"));
  tool("gcc", "-c", `-DCHUNKS=${Math.ceil(kernel.length / CHUNK)}`, join(HERE, "boot.S"), "-o", "boot.o");
  tool("ld", "-Ttext", "0x7c00", "--oformat", "binary", "-e", "_start", "boot.o", "-o", "boot.bin");
  const disk = Buffer.alloc(DISK);
  readFileSync(join(folder, "boot.bin")).copy(disk);
  kernel.copy(disk, 512);
  writeFileSync(join(folder, "disk"), disk);
  writeFileSync(join(folder, "settings"), SETTINGS);
}

/** Runs it until it ends by itself; gives what stands behind a word at the beginning of a line. */
function runDisk(): (word: string) => string {
  writeFileSync(join(folder, "commands"), "c\n");
  const bochs = "ip link set lo up; exec bochs -q -f settings -rc commands";
  const { stdout, stderr, error } = spawnSync("unshare", ["--net", "sh", "-c", bochs], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 600_000,
    maxBuffer: 64e6,
  });
  if (error !== undefined) throw error;
  return (word) => {
    const line = new RegExp(`^${word} (.*)$`, "m").exec(stdout);
    if (line === null)
      throw new Error(`Bochs did not come to say '${word}' (apt install bochs): ${stderr.slice(-500)}`);
    return line[1] ?? "";
  };
}

function compile(source: string, object: string, flags: readonly string[]): void {
  tool("gcc", ...FLAGS, ...flags, `-I${SOURCES}`, "-c", source, "-o", object);
}

function tool(name: string, ...args: readonly string[]): void {
  execFileSync(name, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}
