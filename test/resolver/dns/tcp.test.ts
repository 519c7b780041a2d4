import { encodeName } from "@sotto/wire";
import dnsPacket from "dns-packet";
import { describe, expect, it } from "vitest";
import { ConnectionCaps } from "../../../resolver/dns/connectioncaps.ts";
import type { ReportIntake } from "../../../resolver/dns/responder.ts";
import { SourcePrefix } from "../../../resolver/dns/source.ts";
import { TcpFraming } from "../../../resolver/dns/tcpframing.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { framed, listen } from "./listening.ts";
import { BITS, NOON_DAY, Served, ZONE } from "./served.ts";

/** No test waits for as long. */
const NEVER = 3_600_000;
/** Short enough to wait for. */
const SOON = 40;

const other = (id: number) => makeQuery({ name: `x.${ZONE}` }, id);
const report = (id: number) => makeQuery({ name: encodeName(seededFrame(`tcp ${id}`, NOON_DAY, BITS), ZONE) }, id);
const idsOf = (answers: readonly Buffer[]) => answers.map((answer) => answer.readUInt16BE(0));

/** A server whose reports are decided when a test says so. */
class Deciding extends Served {
  readonly waiting: ((stored: boolean) => void)[] = [];

  constructor() {
    super();
    const hold: ReportIntake["submit"] = (_, done) => this.waiting.push(done);
    this.intake.submit = hold;
  }
}

describe("DNS over TCP (RFC 7766)", () => {
  it("answers pipelined queries, each once, also when octets come one by one", async () => {
    const { connect } = await listen(new Served());
    const queries = Array.from({ length: 300 }, (_, id) => (id % 3 === 0 ? report(id) : other(id)));
    const { socket, closed } = await connect();
    socket.end(Buffer.concat(queries.map(framed)));
    const decoded = (await closed).map((answer) => dnsPacket.decode(answer));
    expect(decoded.map(({ id }) => id).sort((a = 0, b = 0) => a - b)).toEqual(queries.map((_, id) => id));
    for (const { id = 0, answers: records } of decoded) expect(records).toHaveLength(id % 3 === 0 ? 1 : 0);

    const slow = await connect();
    for (const octet of framed(other(5))) {
      slow.socket.write(Buffer.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.socket.end();
    expect(idsOf(await slow.closed)).toEqual([5]);
  });

  it("answers out of order where that is faster (section 6.2.1.1)", async () => {
    const served = new Deciding();
    const { connect } = await listen(served);
    const { socket, closed } = await connect();
    socket.write(Buffer.concat([report(1), report(2), other(3)].map(framed)));
    while (served.waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    served.waiting[1]?.(true);
    served.waiting[0]?.(true);
    socket.end();
    expect(idsOf(await closed)).toEqual([3, 2, 1]);
  });

  it("reads no more queries of a connection than it may have under way", async () => {
    const served = new Deciding();
    const { connect } = await listen(served, "127.0.0.1", { pipelined: 4 });
    const { socket, closed } = await connect();
    socket.end(Buffer.concat(Array.from({ length: 10 }, (_, id) => framed(report(id)))));
    let most = 0;
    for (let answered = 0; answered < 10; ) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, served.waiting.length);
      const done = served.waiting.shift();
      if (done === undefined) continue;
      done(true);
      answered++;
    }
    expect([most, (await closed).length]).toEqual([4, 10]);
  });

  it("listens on IPv6 too", async () => {
    const { askTcp } = await listen(new Served(), "::1");
    expect(idsOf([await askTcp(report(9))])).toEqual([9]);
  });

  it("closes a connection that sends no query, and serves on", async () => {
    const { askTcp, connect } = await listen(new Served());
    const { socket, closed } = await connect();
    socket.write("\x00\x03abc");
    expect(await closed).toEqual([]);
    expect(idsOf([await askTcp(other(1))])).toEqual([1]);
  });
});

describe("a connection that wants to stay (RFC 7766 section 6.2.3)", () => {
  it("is closed when no query comes, before the first and after one", async () => {
    const { connect } = await listen(new Served(), "127.0.0.1", { idleMilliseconds: SOON });
    const silent = await connect();
    expect(await silent.closed).toEqual([]);
    const once = await connect();
    once.socket.write(framed(other(1)));
    expect(idsOf(await once.closed)).toEqual([1]);
  });

  it("is closed although octets trickle in, since only a whole query is activity", async () => {
    const { connect } = await listen(new Served(), "127.0.0.1", { idleMilliseconds: SOON, messageMilliseconds: NEVER });
    await expectCut(await connect());
  });

  it("is closed when one message takes too long, however idle it may otherwise be", async () => {
    const { connect } = await listen(new Served(), "127.0.0.1", { idleMilliseconds: NEVER, messageMilliseconds: SOON });
    await expectCut(await connect());
    // Also behind whole ones.
    const busy = await connect();
    busy.socket.write(Buffer.concat([framed(other(1)), framed(other(2)), Buffer.of(0)]));
    expect(idsOf(await busy.closed)).toEqual([1, 2]);
  });

  it("is not idle while its own answer is under way", async () => {
    const served = new Deciding();
    const { connect } = await listen(served, "127.0.0.1", { idleMilliseconds: SOON });
    const { socket, closed } = await connect();
    socket.write(framed(report(1)));
    const silent = await connect();
    while (served.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await silent.closed;
    served.waiting[0]?.(true);
    expect(idsOf(await closed)).toEqual([1]);
  });

  it("is closed when it does not read its answers", async () => {
    const { connect } = await listen(new Served(), "127.0.0.1", { idleMilliseconds: 10 * SOON });
    const { socket, closed } = await connect();
    socket.pause();
    const many = Buffer.concat(Array.from({ length: 500 }, (_, id) => framed(other(id))));
    let open = true;
    socket.on("error", () => {
      open = false;
    });
    socket.on("close", () => {
      open = false;
    });
    while (open) {
      socket.write(many);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    socket.destroy();
    await closed;
  });
});

describe("connections (RFC 7766 section 6.2.2)", () => {
  it("beyond the cap of their source are closed, and taken again when others have gone", async () => {
    const { askTcp, connect } = await listen(new Served(), "127.0.0.1", { connectionsPerPrefix: 2 });
    const kept = [await connect(), await connect()];
    expect(await (await connect()).closed).toEqual([]);
    for (const { socket } of kept) socket.end();
    await Promise.all(kept.map(({ closed }) => closed));
    for (;;) {
      const answer = await askTcp(other(1)).catch(() => null);
      if (answer !== null) break;
    }
  });

  it("are counted per prefix and in all, without keeping an address", () => {
    const caps = new ConnectionCaps(new SourcePrefix(Buffer.alloc(16)), 5, 2);
    const releases = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:ff::1"].map((one) => caps.admit(one));
    expect(releases).not.toContain(null);
    expect([caps.admit("192.0.2.3"), caps.admit("2001:db8::2")]).toEqual([null, null]);
    const fifth = caps.admit("192.0.3.1");
    expect([fifth !== null, caps.admit("192.0.4.1")]).toEqual([true, null]);
    releases[0]?.();
    expect(caps.admit("192.0.2.3")).not.toBeNull();
  });
});

describe("cutting a stream into messages", () => {
  it("gives the same messages however the stream is cut, and never writes to one again", () => {
    const messages = Array.from({ length: 40 }, (_, i) => Buffer.alloc((i * 37) % 600, i));
    const stream = Buffer.concat(messages.map(framed));
    for (const step of [1, 2, 3, 7, 100, 601, stream.length]) {
      const framing = new TcpFraming();
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += step) {
        framing.push(Buffer.from(stream.subarray(at, at + step)));
        for (let message = framing.next(); message !== null; message = framing.next()) found.push(message);
      }
      expect([found, framing.isWaiting]).toEqual([messages, false]);
    }
  });
});

/** Sends octets of one message, ever more of them, until the server hangs up without an answer. */
async function expectCut({ socket, closed }: { socket: import("node:net").Socket; closed: Promise<Buffer[]> }) {
  socket.write(Buffer.of(0xff, 0xff));
  const trickle = setInterval(() => socket.write(Buffer.of(0)), 2);
  expect(await closed).toEqual([]);
  clearInterval(trickle);
}
