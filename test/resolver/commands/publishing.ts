import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeSegmentList,
  generateMinisignKey,
  type MinisignSecretKey,
  type SegmentEntry,
  signList,
} from "@sotto/wire";
import { onTestFinished } from "vitest";
import { startCollector } from "../../e2e/collector.ts";
import { ZONE } from "./datafolder.ts";

/** What a collector publishes of these segments: path to content. */
export function published(
  segments: readonly { entry: SegmentEntry; octets: Buffer }[],
  secretKey?: MinisignSecretKey,
  zone = ZONE,
): Record<string, Buffer | string> {
  const list = encodeSegmentList({ zone, segments: segments.map(({ entry }) => entry) });
  return {
    "/v1/segments.json": list,
    ...(secretKey !== undefined && { "/v1/segments.json.minisig": signList(list, secretKey) }),
    ...Object.fromEntries(segments.map(({ entry, octets }) => [`/v1/segments/${entry.id}.seg`, octets])),
  };
}

/** Lays published files into a folder. */
export async function layOutFiles(folder: string, files: Record<string, Buffer | string>): Promise<void> {
  await mkdir(join(folder, "v1/segments"), { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
}

/** A text, as a path below a folder holds it. */
export async function textAt(folder: string, path: string): Promise<string> {
  return await readFile(join(folder, path), "utf8");
}

/** Serves a collector's own HTTP side from a data folder that is there already. */
export async function startApi(data: string): Promise<string> {
  const { http } = await startCollector(data, { publishAfter: 0 });
  return `http://127.0.0.1:${http.port}`;
}

/** Serves a folder with python3 -m http.server, which knows no Range. */
export async function startPython(folder: string): Promise<string> {
  const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => {
    server.kill("SIGKILL");
  });
  const [line] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
  const port = /port (\d+)/.exec(line)?.[1];
  return `http://127.0.0.1:${port}`;
}

/** A key pair that is the same in every test of a file. */
export const KEY = generateMinisignKey((length) => new Uint8Array(length).fill(1));

/** Another. */
export const OTHER_KEY = generateMinisignKey((length) => new Uint8Array(length).fill(2));
