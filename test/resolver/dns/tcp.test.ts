import { once } from "node:events";
import { connect } from "node:net";
import { encodeName } from "@sotto/wire";
import dnsPacket from "dns-packet";
import { describe, expect, it } from "vitest";
import { makeQuery } from "../e2e/asker.ts";
import { NOON_DAY, startCollector, TestClock, temporaryFolder } from "../e2e/collector.ts";
import { seededFrame } from "../e2e/frames.ts";

const framed = (query: Buffer) => Buffer.concat([Buffer.of(query.length >> 8, query.length & 0xff), query]);

/** Sends octets in pieces over one connection, closes our side, and gives back all answers. */
async function exchange(address: { address: string; port: number }, pieces: readonly Buffer[]): Promise<Buffer[]> {
  const socket = connect(address.port, address.address);
  await once(socket, "connect");
  socket.setNoDelay(true);
  const received: Buffer[] = [];
  socket.on("data", (octets) => received.push(octets));
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
  await once(socket, "close");
  const answers: Buffer[] = [];
  for (let octets = Buffer.concat(received); octets.length > 0; ) {
    const end = 2 + octets.readUInt16BE(0);
    answers.push(octets.subarray(2, end));
    octets = octets.subarray(end);
  }
  return answers;
}

describe("DNS over TCP (RFC 7766)", () => {
  it("answers pipelined queries, each once, also when octets come one by one", async () => {
    const clock = new TestClock();
    const { dns } = await startCollector(await temporaryFolder(), { clock: clock.read });
    const queries = Array.from({ length: 300 }, (_, id) => {
      const name =
        id % 3 === 0 ? encodeName(seededFrame(`tcp ${id}`, NOON_DAY, 4), "r.example.net") : "x.r.example.net";
      return makeQuery({ name }, id);
    });
    const answers = await exchange(dns, [Buffer.concat(queries.map(framed))]);
    const decoded = answers.map((answer) => dnsPacket.decode(answer));
    expect(decoded.map(({ id }) => id).sort((a = 0, b = 0) => a - b)).toEqual(queries.map((_, id) => id));
    for (const { id = 0, answers: records } of decoded) expect(records).toHaveLength(id % 3 === 0 ? 1 : 0);

    const slow = framed(makeQuery({ name: "x.r.example.net" }, 5));
    expect(
      await exchange(
        dns,
        [...slow].map((octet) => Buffer.of(octet)),
      ),
    ).toHaveLength(1);
  });

  it("closes a connection that sends no query, and serves on", async () => {
    const { dns } = await startCollector(await temporaryFolder());
    expect(await exchange(dns, [Buffer.from("\x00\x03abc")])).toEqual([]);
    expect(await exchange(dns, [framed(makeQuery({ name: "x.r.example.net" }, 1))])).toHaveLength(1);
  });
});
