import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeName } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { Asker, addressIn } from "../e2e/asker.ts";
import { Blaster } from "../e2e/blaster.ts";
import { freePort, type Serving, startResolver } from "../e2e/command.ts";
import { Dice } from "../e2e/dice.ts";
import { seededFrame } from "../e2e/frames.ts";
import { residentOctets } from "../e2e/memory.ts";
import { deservesAnswer, type HostileMessage, Mutator } from "../e2e/mutation.ts";
import { words } from "../e2e/questions.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { converse, type Heard, type Manner } from "../e2e/tcpconversation.ts";

const SEED = "fuzz 1";
const ZONE = "r.example.net";
const ACK = "198.18.0.7";

const UDP_PACKETS = 30_000;
/** After these the server's code is compiled and its heap has the size that it works with. */
const WARM_UP_PACKETS = 15_000;
const UDP_MAX_OCTETS = 65_507;

const CONNECTIONS = 800;
const CONNECTIONS_AT_ONCE = 16;
/** One connection in so many is a long one. */
const LONG_CONVERSATION_IN = 50;
const STALLED_CONNECTIONS = 8;
const TCP_MAX_OCTETS = 65_535;

/** 35,000 packets that leaked a kilobyte each would not stay below. */
const UDP_MEMORY_MARGIN_OCTETS = 32 * 2 ** 20;

/** Half the connections that leaked what they received would not stay below. Garbage of large messages comes and goes. */
const TCP_MEMORY_MARGIN_OCTETS = 64 * 2 ** 20;

/** protocol.md section 11.3. */
const UDP_ANSWER_OCTETS = 512;

/** How much larger than its query an answer over UDP may be: what a forged sender could turn on somebody else. */
const MAX_AMPLIFICATION = 4.5;

const PYTHON = "/usr/bin/python3";
const PARSER = fileURLToPath(new URL("parse_answers.py", import.meta.url));

/** A query with an answer that it got. */
interface Pair {
  readonly query: Buffer;
  readonly answer: Buffer;
}

describe("a server that is sent what no resolver would send", () => {
  it(`answers, or keeps silent on, ${UDP_PACKETS} mutated packets over UDP as the protocol says`, async () => {
    const { serving, port } = await start();
    const pairs: Pair[] = [];
    const wrong: string[] = [];
    const amplified: string[] = [];
    const blaster = await Blaster.open<string>(
      port,
      {
        answered: ({ octets: query, tag }, answer) => {
          const shown = `(${tag}) ${query.toString("hex")} -> ${answer.toString("hex")}`;
          if (answer.length > UDP_ANSWER_OCTETS) wrong.push(`${answer.length} octets ${shown}`);
          const growth = answer.length / query.length;
          if (growth > MAX_AMPLIFICATION) amplified.push(`${growth.toFixed(2)} times ${shown}`);
          pairs.push({ query, answer });
        },
        lost: ({ octets, tag }) => wrong.push(`no answer (${tag}): ${octets.toString("hex")}`),
        stray: (answer) => wrong.push(`answer to nothing that was asked: ${answer.toString("hex")}`),
      },
      { window: 64, patience: 20_000 },
    );
    const mutator = new Mutator(new Dice(`${SEED} udp`), ZONE, UDP_MAX_OCTETS);
    let expected = 0;
    let warm = Number.NaN;
    for (let sent = 0; sent < UDP_PACKETS; sent++) {
      if (sent === WARM_UP_PACKETS) warm = residentOctets(serving.process.pid ?? 0);
      const { octets, kind } = mutator.next();
      const answerable = deservesAnswer(octets);
      if (answerable) expected++;
      await blaster.send({ octets, answerable, tag: kind });
    }
    await blaster.settle();
    blaster.close();

    expect(summary(wrong)).toEqual([]);
    expect(pairs.length).toBe(expected);
    expect(expected).toBeGreaterThan(UDP_PACKETS * 0.8);
    expect(residentOctets(serving.process.pid ?? 0)).toBeLessThan(warm + UDP_MEMORY_MARGIN_OCTETS);
    expect(parsedByDnspython(pairs)).toEqual([String(pairs.length)]);
    await expectWell(serving, port);
    expect(summary(amplified)).toEqual([]);
  });

  it(`answers thousands of them over TCP, pipelined, trickled, cut off, reset and stalled`, async () => {
    const { serving, port } = await start();
    const dice = new Dice(`${SEED} tcp`);
    const mutator = new Mutator(dice, ZONE, TCP_MAX_OCTETS);
    const pairs: Pair[] = [];
    const wrong: string[] = [];
    let warm = Number.NaN;
    let said = 0;
    const talk = async (manner: Manner) => {
      const messages = conversation(mutator, dice);
      said += messages.length;
      const heard = await converse(
        port,
        messages.map(({ octets }) => octets),
        manner,
        new Dice(`${SEED} ${said}`),
      );
      wrong.push(...faultsOverTcp(messages, manner, heard, pairs));
    };
    const stalled = Array.from({ length: STALLED_CONNECTIONS }, () => talk("stalled"));
    for (let done = 0; done < CONNECTIONS; done += CONNECTIONS_AT_ONCE) {
      if (done >= CONNECTIONS / 2 && Number.isNaN(warm)) warm = residentOctets(serving.process.pid ?? 0);
      await Promise.all(
        Array.from({ length: CONNECTIONS_AT_ONCE }, () =>
          talk(dice.pick(["pipelined", "pipelined", "trickled", "cut", "reset"])),
        ),
      );
    }
    await Promise.all(stalled);

    expect(summary(wrong)).toEqual([]);
    expect(said).toBeGreaterThan(5000);
    expect(pairs.length).toBeGreaterThan(said / 2);
    expect(residentOctets(serving.process.pid ?? 0)).toBeLessThan(warm + TCP_MEMORY_MARGIN_OCTETS);
    expect(parsedByDnspython(pairs)).toEqual([String(pairs.length)]);
    await expectWell(serving, port);
  });
});

describe("the second implementation", () => {
  const [query, answer] = [header(7, 0x0000), header(7, 0x8001)];

  it("finds an answer with nothing but a header fine", () => {
    expect(parsedByDnspython([{ query, answer }])).toEqual(["1"]);
  });

  it.each([
    ["another id", header(8, 0x8001)],
    ["QR is 0", header(7, 0x0001)],
    ["TrailingJunk", Buffer.concat([answer, Buffer.of(0)])],
    ["ShortHeader", answer.subarray(0, 11)],
    ["another opcode", header(7, 0xa804)],
    ["another question", Buffer.concat([header(7, 0x8000, 1), Buffer.of(1, 0x78, 0), words(1, 1)])],
  ])("refuses %s", (fault, bad) => {
    const [fine, offender] = parsedByDnspython([{ query, answer: bad }]);
    expect([fine, offender?.startsWith(fault), offender?.endsWith(bad.toString("hex"))]).toEqual(["0", true, true]);
  });
});

async function start(): Promise<{ serving: Serving; port: number }> {
  const [port, http] = [await freePort(), await freePort()];
  const serving = await startResolver([
    ...["--zone", ZONE, "--listen", `127.0.0.1:${port}`, "--http", `127.0.0.1:${http}`],
    ...["--data", join(await temporaryFolder(), "data"), "--ack", ACK, "--bits", "0"],
  ]);
  return { serving, port };
}

/** What the server says when an hour ends meanwhile. */
const SEALED =
  /^\{"level":"info","time":"[-0-9T:Z]+","event":"sealed","zone":"r\.example\.net","frames":\d+,"msg":"bucket sealed"\}$/;

/** The server is alive, has printed nothing but its ready line, serves a normal query and ends when told to. */
async function expectWell(serving: Serving, port: number): Promise<void> {
  const asker = await Asker.open({ address: "127.0.0.1", port });
  const frame = seededFrame(SEED, Math.floor(Date.now() / 86_400_000), 0);
  expect(addressIn(await asker.ask({ name: encodeName(frame, ZONE) }))).toBe(ACK);
  asker.close();
  expect([serving.process.exitCode, serving.process.signalCode]).toEqual([null, null]);
  expect(await serving.stop("SIGTERM")).toBe(0);
  const said = serving.output().split("\n");
  expect(said.filter((line) => !SEALED.test(line))).toEqual([serving.readyLine, ""]);
}

/**
 * Some messages for one connection. One that gets no answer ends it, so it comes last; now and then there is none, and
 * more messages than a server wants to have under way.
 */
function conversation(mutator: Mutator, dice: Dice): HostileMessage[] {
  const messages: HostileMessage[] = [];
  const [length, endless] = dice.once(LONG_CONVERSATION_IN)
    ? [dice.between(101, 400), true]
    : [dice.between(1, 24), false];
  while (messages.length < length) {
    const message = mutator.next();
    const answerable = deservesAnswer(message.octets);
    if (!answerable && endless) continue;
    if (message.octets.length >= 2) message.octets.writeUInt16BE(messages.length, 0);
    messages.push(message);
    if (!answerable) break;
  }
  return messages;
}

/** Checks what was heard on a connection, and adds it to `pairs`. */
function faultsOverTcp(messages: readonly HostileMessage[], manner: Manner, heard: Heard, pairs: Pair[]): string[] {
  const faults: string[] = [];
  const whole = manner === "pipelined" || manner === "trickled" ? messages : messages.slice(0, -1);
  const waiting = new Map(
    whole.filter(({ octets }) => deservesAnswer(octets)).map(({ octets }) => [octets.readUInt16BE(0), octets]),
  );
  // What was under way when the connection was reset, or closed on a message that gets no answer, is not answered.
  const complete = manner !== "reset" && waiting.size === whole.length;
  for (const answer of heard.answers) {
    const id = answer.length < 2 ? -1 : answer.readUInt16BE(0);
    const query = waiting.get(id);
    waiting.delete(id);
    if (query === undefined) faults.push(`${manner}: answer to nothing that was asked: ${answer.toString("hex")}`);
    else pairs.push({ query, answer });
  }
  if (!complete) return faults;
  for (const query of waiting.values()) faults.push(`${manner}: no answer: ${query.toString("hex")}`);
  if (heard.rest.length > 0) faults.push(`${manner}: a cut answer: ${heard.rest.toString("hex")}`);
  return faults;
}

/** How many answers dnspython found fine, then what it found wrong. */
function parsedByDnspython(pairs: readonly Pair[]): string[] {
  const behindLength = (octets: Buffer) => [words(octets.length), octets];
  const input = Buffer.concat(pairs.flatMap(({ query, answer }) => [...behindLength(query), ...behindLength(answer)]));
  const { error, status, stdout, stderr } = spawnSync(PYTHON, [PARSER], { input, encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`dnspython did not run: ${error?.message ?? stderr}`);
  return stdout.trimEnd().split("\n");
}

/** Enough of a long list to work with. */
function summary(faults: readonly string[]): string[] {
  const shown = faults.slice(0, 10).map((fault) => fault.slice(0, 1500));
  return faults.length > shown.length ? [...shown, `and ${faults.length - shown.length} more`] : shown;
}

function header(id: number, flags: number, questions = 0): Buffer {
  return words(id, flags, questions, 0, 0, 0);
}
