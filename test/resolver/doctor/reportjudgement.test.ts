import { describe, expect, it } from "vitest";
import { rangeOf } from "../../../resolver/doctor/addressrange.ts";
import {
  judgeReport,
  judgeStored,
  type Receipt,
  receiptOf,
  receiptOfLookup,
} from "../../../resolver/doctor/reportjudgement.ts";
import { record, reply, SILENT, ZONE } from "./replies.ts";

const ACK = "203.0.112.7";
const expected = { ack: [ACK, "203.0.112.9"], nak: "203.0.112.8" };
const acked: Receipt = { addresses: [ACK] };

const through = (receipt: Receipt, direct: Receipt | null = acked, ack = expected.ack) =>
  judgeReport("resolver", ZONE, receipt, direct, { ...expected, ack });
const straight = (receipt: Receipt) => judgeStored("server", receipt, expected);

describe("a report through a resolver", () => {
  it("is there and back with exactly one of the ack addresses", () => {
    expect(through(acked, null)).toMatchObject({ verdict: "ok" });
    expect(through({ addresses: ["203.0.112.9"] }, null)).toMatchObject({ verdict: "ok" });
    expect(through({ addresses: [ACK, ACK] })).toMatchObject({ verdict: "wrong" });
  });

  it("that comes back with another address says whose it is", () => {
    expect(through({ addresses: ["0.0.0.0"] }).says).toContain("blocked");
    expect(through({ addresses: ["203.0.112.8"] }).fix).toContain("full disk");
    expect(through({ addresses: ["192.0.2.80"] }).fix).toContain("captive portal");
  });

  it("that only the name server acknowledges was stripped when its ack address is one that filters know", () => {
    const stripped = through({ nothing: "NODATA" }, { addresses: ["192.168.1.7"] }, ["192.168.1.7"]);
    expect(stripped).toMatchObject({ verdict: "wrong" });
    expect(stripped.says).toContain("rebinding filter");
    expect(stripped.fix).toContain(`rebind-domain-ok=/${ZONE}/`);
    expect(through({ nothing: "NODATA" }).says).toContain("does not pass it on");
    expect(through({ nothing: "NXDOMAIN" }).fix).toContain("partial names");
    expect(through({ failed: "it answers SERVFAIL" }).says).toContain("SERVFAIL");
  });

  it("that the name server does not acknowledge either is the server's fault", () => {
    expect(through({ nothing: "NODATA" }, { nothing: "NODATA" }).fix).toContain("name servers first");
    expect(through({ nothing: "NODATA" }, null).fix).toContain("name servers first");
  });
});

describe("a report straight to a name server", () => {
  it("is acknowledged, or it says where to look", () => {
    expect(straight(acked)).toMatchObject({ verdict: "ok" });
    expect(straight({ nothing: "NODATA" }).fix).toContain("clock");
    expect(straight({ addresses: ["203.0.112.8"] }).says).toContain("nak");
    expect(straight({ addresses: ["192.0.2.80"] }).fix).toContain("every server");
    expect(straight({ failed: "no answer in time" })).toMatchObject({ verdict: "wrong", says: "no answer in time" });
  });
});

describe("what a program sees of an answer", () => {
  it("is read from messages and from getaddrinfo alike", () => {
    expect(receiptOf(reply({ answers: [record("x", "A", ACK), record("x", "CNAME", "y")] }))).toEqual(acked);
    expect(receiptOf(reply())).toEqual({ nothing: "NODATA" });
    expect(receiptOf(reply({ rcode: "NXDOMAIN" }))).toEqual({ nothing: "NXDOMAIN" });
    expect(receiptOf(reply({ rcode: "SERVFAIL" }))).toEqual({ failed: "it answers SERVFAIL" });
    expect(receiptOf(SILENT)).toEqual({ failed: "no answer in time" });
    expect(receiptOfLookup({ addresses: [ACK] })).toEqual(acked);
    expect(receiptOfLookup({ code: "ENOTFOUND" })).toEqual({ nothing: "no address" });
    expect(receiptOfLookup({ code: "EAI_AGAIN" })).toEqual({ failed: "getaddrinfo says EAI_AGAIN" });
  });
});

describe("an address", () => {
  it("is public, for tests, or one that filters strip", () => {
    const local = ["10.1.2.3", "127.0.0.1", "192.168.0.1", "172.31.0.1", "100.64.0.1", "169.254.1.1", "0.0.0.0"];
    const reserved = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "255.255.255.255", "::1", "x"];
    expect([...local, ...reserved].map(rangeOf)).toEqual([...local, ...reserved].map(() => "local"));
    expect(["198.18.0.7", "198.19.255.255"].map(rangeOf)).toEqual(["benchmark", "benchmark"]);
    expect(["198.20.0.1", "172.32.0.1", "203.0.112.7", "9.9.9.9"].map(rangeOf)).toEqual(Array(4).fill("public"));
  });
});
