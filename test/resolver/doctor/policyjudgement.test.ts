import { describe, expect, it } from "vitest";
import { parseConfig, settingsOf } from "../../../resolver/config.ts";
import { judgeAckAddresses, judgeBatch, judgePolicy } from "../../../resolver/doctor/policyjudgement.ts";
import type { ZoneSettings } from "../../../resolver/settings.ts";
import { record, reply, SILENT, ZONE } from "./replies.ts";

function settings(...lines: string[]): ZoneSettings {
  const text = `listen = "192.0.2.53:53"\ndata = "d"\n[[zone]]\nname = "${ZONE}"\nack = "203.0.112.7"\n${lines.join("\n")}`;
  const [zone] = settingsOf(parseConfig(text)).zones;
  if (zone === undefined) throw new Error("the configuration has one zone");
  return zone;
}

const txt = (...texts: string[]) => reply({ answers: texts.map((text) => record(`_policy.${ZONE}`, "TXT", text)) });
const policy = (text: string, zone: ZoneSettings | null = null) => judgePolicy("server", ZONE, txt(text), zone);

describe("a policy record", () => {
  it("must be there once, follow the grammar, and reach us", () => {
    expect(policy("v=sotto1; ack=203.0.112.7; bits=18")).toMatchObject({ verdict: "ok" });
    expect(policy("v=sotto1; bits=99")).toMatchObject({ verdict: "wrong", says: "the record is not a valid v=sotto1" });
    expect(judgePolicy("server", ZONE, txt("v=sotto1", "v=sotto1"), null)).toMatchObject({ verdict: "wrong" });
    expect(judgePolicy("server", ZONE, reply(), null).says).toBe("no record (NOERROR)");
    expect(judgePolicy("server", ZONE, SILENT, null)).toMatchObject({ verdict: "wrong", says: "no answer in time" });
  });

  it("must say what is configured, with the bits that are to be published", () => {
    const raised = settings("bits = 18", "publish-bits = 19", 'retention = "100h"', 'stop = ["old-project"]');
    const same = "v=sotto1; ack=203.0.112.7; bits=19; retention=100h; stop=";
    expect(policy(`${same}00000000`, raised).says).toMatch(/stop is 00000000, not [0-9a-f]{8}$/);
    expect(policy("v=sotto1; ack=203.0.112.7; bits=18; retention=168h", settings())).toMatchObject({ verdict: "ok" });
    const other = policy("v=sotto1; ack=203.0.112.9; bits=18; retention=168h; contact=a@b.example", settings());
    expect(other.says).toContain("ack is 203.0.112.9, not 203.0.112.7");
    expect(other.says).toContain("contact is a@b.example, not absent");
  });
});

describe("ack and nak addresses", () => {
  const published = { ack: ["203.0.112.7"], stop: [] };
  const verdicts = (ack: string[], nak: string | null, from: typeof published | null = published) =>
    judgeAckAddresses(ZONE, from, ack, nak).map(({ check, verdict }) => `${check} ${verdict}`);

  it("are public, published and apart", () => {
    expect(verdicts(["203.0.112.7"], "203.0.112.8")).toEqual(["ack address ok", "nak address ok"]);
    expect(verdicts(["203.0.112.7"], null)).toEqual(["ack address ok"]);
    expect(verdicts(["203.0.112.9"], null)).toEqual(["ack address ok", "ack address wrong"]);
    expect(verdicts(["203.0.112.7"], "203.0.112.7")).toEqual(["ack address ok", "nak address wrong"]);
    expect(verdicts(["203.0.112.9"], "203.0.112.7", published)).toContain("nak address wrong");
    expect(verdicts(["198.18.0.7"], null, null)).toEqual(["ack address warning"]);
    expect(verdicts(["192.168.1.7"], "10.0.0.8", null)).toEqual(["ack address wrong", "nak address wrong"]);
  });
});

describe("the minimum batch", () => {
  it("says from how many reports a day on a zone's log is of use", () => {
    expect(judgeBatch(settings()).says).toContain("from 29 a day on");
    expect(judgeBatch(settings()).says).toContain("every bucket of 1 h from 2400 a day on");
    const small = judgeBatch(settings("min-batch = 10", 'bucket = "10m"', 'retention = "24h"'));
    expect(small.says).toContain("10 reports are reached within half the retention from 20 a day on");
    expect(small.says).toContain("every bucket of 10 min from 1440 a day on");
  });
});
