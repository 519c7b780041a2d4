import { createServer } from "node:net";
import { SottoError } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { createOperatorLog } from "../../../resolver/publication/operatorlog.ts";
import { redacted, redactedError } from "../../../resolver/publication/redact.ts";

/** 2026-11-21 08:42:31.807 UTC. */
const MOMENT = 1_795_250_551_807;

/** A log whose lines a test reads. */
function testLog() {
  const lines: string[] = [];
  const log = createOperatorLog({ write: (line: string) => lines.push(line) }, () => MOMENT);
  return { log, lines, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** The error of listening where somebody listens already: it carries address and port, in its message too. */
async function addressInUse(): Promise<NodeJS.ErrnoException> {
  const first = createServer();
  await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
  const { port } = first.address() as { port: number };
  const error = await new Promise<Error>((resolve) => createServer().once("error", resolve).listen(port, "127.0.0.1"));
  await new Promise((resolve) => first.close(resolve));
  expect(error).toMatchObject({ address: "127.0.0.1", port });
  return error;
}

describe("the operator's log", () => {
  it("writes an event with the minute, and nothing of process and host", () => {
    const { log, lines, read } = testLog();
    log.info("sealed", { zone: "r.example.net", frames: 1200 });
    const [line] = read();
    expect(line).toEqual({
      level: "info",
      time: "2026-11-21T08:42Z",
      event: "sealed",
      zone: "r.example.net",
      frames: 1200,
      msg: "bucket sealed",
    });
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
  });

  it("lets of an error only codes and our own text through", async () => {
    const { log, lines, read } = testLog();
    const error = await addressInUse();
    log.error("failed", {}, error);
    log.error("failed", {}, new SottoError("SOTTO_STORE", `cannot be used: ${error.message}`, { cause: error }));
    log.error("failed", {}, Object.assign(new Error("read ECONNRESET 192.0.2.7:4711"), { code: "ECONNRESET" }));
    expect(read().map(({ err }) => err)).toEqual([
      { code: "EADDRINUSE" },
      { code: "SOTTO_STORE", message: "cannot be used: EADDRINUSE", causes: ["EADDRINUSE"] },
      { code: "ECONNRESET" },
    ]);
    expect(lines.join("")).not.toMatch(/127\.0\.0\.1|192\.0\.2\.7|4711|stack|address|port/);
  });

  it("takes addresses out of fields, and fields that it does not know away", () => {
    const { log, read } = testLog();
    const fields = { reason: "from 2001:db8::7 to [::1]:53", remote: "192.0.2.7", file: "segments/0-3600-ab.seg" };
    log.warn("damaged", fields);
    expect(read()[0]).toMatchObject({ reason: "from [removed] to [removed]", file: "segments/0-3600-ab.seg" });
    expect(read()[0]).not.toHaveProperty("remote");
  });
});

describe("redacted", () => {
  it.each([
    ["192.0.2.7", "[removed]"],
    ["bind 192.0.2.7:53 failed.", "bind [removed] failed."],
    ["at 192.0.2.7.", "at [removed]"],
    ["net 192.0.2.0/24, 2001:db8::/32", "net [removed], [removed]"],
    ["::1", "[removed]"],
    ["to [2001:db8::7]:5300 and fe80::1%eth0", "to [removed] and [removed]"],
    ["::ffff:192.0.2.7", "[removed]"],
    ["from:192.0.2.7 from:2001:db8::7", "from[removed] from[removed]"],
    ["node:192.0.2.7, 2001:db8::", "no[removed], [removed]"],
    ["192.0.2.7#53", "[removed]#53"],
    [`name ${"c5vzozqn".repeat(8).slice(0, 63)}.r.example.net`, "name [removed].r.example.net"],
    [`frame ${"0a".repeat(118)}`, "frame [removed]"],
  ])("%s", (text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each([
    "r.example.net",
    "version 0.1.0",
    "at 08:42Z",
    "segments/1794830400-1794834000-0123456789abcdef.seg",
    "sha256 ab0189".padEnd(71, "0"),
    "a bucket, 1h",
  ])("leaves %s", (text) => {
    expect(redacted(text)).toBe(text);
  });
});

describe("redactedError", () => {
  it("takes whatever is thrown", () => {
    const odd: unknown[] = [
      undefined,
      null,
      "192.0.2.7",
      7,
      { code: "192.0.2.7" },
      { code: 5 },
      new Error("192.0.2.7"),
    ];
    expect(odd.map((error) => redactedError(error).code)).toEqual([...Array(6).fill("UNKNOWN"), "Error"]);
  });

  it("follows causes, but not for ever", () => {
    const circular = new Error("a");
    circular.cause = circular;
    expect(redactedError(circular)).toEqual({ code: "Error", causes: ["Error", "Error", "Error"] });
  });
});
