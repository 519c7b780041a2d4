import { engineOf, listSegments, Scan } from "@sotto/decoder";
import type { KeyPair } from "@sotto/wire";
import { expect, vi } from "vitest";
import type { Road } from "./road.ts";

/** What a decoder finds at the server at a road's end, once there is so much. */
export async function decoded({ data }: Pick<Road, "data">, key: KeyPair, reports = 1): Promise<string[]> {
  if (data === null) return [];
  return await vi.waitUntil(
    async () => {
      const texts = await scanned(data, key);
      return texts.length >= reports && texts;
    },
    { timeout: 30_000, interval: 100 },
  );
}

async function scanned(data: string, key: KeyPair): Promise<string[]> {
  const damaged = (name: string) => expect.fail(`damaged: ${name}`);
  const scan = new Scan(await engineOf("auto"), [key]);
  const texts: string[] = [];
  for (const segment of await listSegments(data, damaged)) {
    for await (const run of segment.frames()) texts.push(...scan.read(run, segment).map(({ text }) => text));
  }
  return [...texts, ...scan.finish().map(({ text }) => text)];
}
