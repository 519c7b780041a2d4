import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freePort } from "../e2e/command.ts";
import { newEmbedder, ROOT, run, start, until } from "./embedder.ts";

/** A block of the document that is more than an illustration. */
interface Block {
  /** What stands behind the language: `run`, `run background`, `run within=90s until=arrived`, `file=hello.js`. */
  readonly words: readonly string[];
  readonly text: string;
}

/** The ports that the document names; a test takes free ones in their place. */
const PORTS = ["5399", "8399"] as const;

function blocksOf(document: string): Block[] {
  const fences = document.matchAll(/^```\w+ ((?:run|file=).*)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, words = "", text = ""]) => ({ words: words.split(" "), text }));
}

function settingOf({ words }: Block, name: string): string | null {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

describe("docs/embedding.md", () => {
  it("leads to the first decoded report by its own commands, one after the other", { timeout: 240_000 }, async () => {
    const embedder = await newEmbedder();
    await writeFile(join(embedder.folder, "package.json"), '{ "type": "module" }\n');
    const ports = await Promise.all(PORTS.map(async (port) => [port, String(await freePort())] as const));
    const written = (text: string) =>
      ports
        .reduce((changed, [port, free]) => changed.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${free}`), text)
        // Fields of the document end one day; its commands have to work after that, too.
        .replace(/"expires": "\d{4}/g, `"expires": "${new Date().getUTCFullYear() + 1}`);
    const environment = { SOTTO_PASSPHRASE: "only for this test" };
    const printed: string[] = [];

    for (const block of blocksOf(await readFile(join(ROOT, "docs", "embedding.md"), "utf8"))) {
      const text = written(block.text);
      const file = settingOf(block, "file");
      if (file !== null) {
        await writeFile(join(embedder.folder, file), text);
        continue;
      }
      const command = ["bash", "-euc", block.words.includes("background") ? `exec ${text}` : text];
      if (block.words.includes("background")) {
        const started = start(embedder, command, environment);
        await until("the server is ready", async () => (started.stdout().includes("ready") ? true : null), 60);
        continue;
      }
      const attempt = async () => {
        const { code, stdout, stderr } = await run(embedder, command, environment);
        expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
        return stdout + stderr;
      };
      const wanted = settingOf(block, "until");
      if (wanted === null) {
        printed.push(await attempt());
        continue;
      }
      const isThere = async () => {
        const output = await attempt();
        return output.includes(wanted) ? output : null;
      };
      printed.push(await until(text, isThere, Number.parseInt(settingOf(block, "within") ?? "", 10)));
    }

    const [, , debugged, ...others] = printed;
    expect(others).toHaveLength(4);
    expect(debugged).toContain('sotto: hello: would send "weekly": {"v":"1.0.0","r":"');
    const [report = ""] = printed.at(-1)?.split("\n") ?? [];
    expect(JSON.parse(report).report.v).toBe("1.0.0");
    expect(printed.at(-1)).toContain("reports: 1\n");
  });
});
