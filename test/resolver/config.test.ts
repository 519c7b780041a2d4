import { describe, expect, it } from "vitest";
import { parseConfig, settingsOf } from "../../resolver/config.ts";
import { ConfigProblems } from "../../resolver/configtable.ts";
import { parseSize } from "../../resolver/size.ts";

const FULL = `
listen = ["192.0.2.53:53", "[2001:db8::53]:53"]
http = "127.0.0.1:8053"
admin = "127.0.0.1:8054"
data = "/var/lib/sotto"
workers = 2
rate-limit = true
disk-budget = "20G"

[[zone]]
name = "R.Example.NET."
contact = "hostmaster@example.net"
url = "https://example.net/sotto"
text = "Run by the Example Foundation."
ack = ["198.18.0.7", "198.18.0.9"]
nak = "198.18.0.8"
bits = 18
publish-bits = 19
stop = ["old-project"]
bucket = "1h"
min-batch = 200
publish-after = "2h"
retention = "100h"
sign-key = "/etc/sotto/sign.key"

[[zone.name-server]]
host = "ns1.r.example.net"
addresses = ["192.0.2.53", "2001:db8::53"]

[[zone.name-server]]
host = "ns.elsewhere.example"
`;

/** What is wrong with a configuration: its places, with their messages. */
function problemsOf(text: string): Record<string, string> {
  try {
    settingsOf(parseConfig(text));
    return {};
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
}

describe("a configuration file", () => {
  it("says everything about a zone and its server", () => {
    expect(settingsOf(parseConfig(FULL))).toEqual({
      listen: [
        { address: "192.0.2.53", port: 53 },
        { address: "2001:db8::53", port: 53 },
      ],
      http: { address: "127.0.0.1", port: 8053 },
      admin: { address: "127.0.0.1", port: 8054 },
      workers: 2,
      rateLimit: true,
      zones: [
        {
          zone: "r.example.net",
          contact: "hostmaster@example.net",
          url: "https://example.net/sotto",
          text: "Run by the Example Foundation.",
          ack: ["198.18.0.7", "198.18.0.9"],
          nak: "198.18.0.8",
          bits: 18,
          publishBits: 19,
          stop: ["old-project"],
          bucket: 3600,
          minBatch: 200,
          publishAfter: 7200,
          retention: 360_000,
          signKey: "/etc/sotto/sign.key",
          data: "/var/lib/sotto",
          diskBudget: 20 * 2 ** 30,
          nameServers: [
            { host: "ns1.r.example.net", addresses: ["192.0.2.53", "2001:db8::53"] },
            { host: "ns.elsewhere.example", addresses: [] },
          ],
        },
      ],
    });
  });

  it("needs little: the defaults are those of protocol.md", () => {
    const settings = settingsOf(
      parseConfig('{"listen": "127.0.0.1:53", "data": "d", "zone": [{"name": "r.example.net", "ack": "198.18.0.7"}]}'),
    );
    expect(settings.zones[0]).toMatchObject({
      bits: 18,
      publishBits: 18,
      bucket: 3600,
      minBatch: 100,
      publishAfter: 3600,
      retention: 168 * 3600,
      nak: "198.18.0.8",
      nameServers: [{ host: "ns1.r.example.net", addresses: ["127.0.0.1"] }],
    });
    expect(settings).toMatchObject({ workers: 1, rateLimit: true });
    expect(settings).not.toHaveProperty("admin");
  });

  it("gives each of several zones a folder of its own", () => {
    const text = `listen = "127.0.0.1:53"\ndata = "d"\n${["a.example", "b.example"].map((name) => `[[zone]]\nname = "${name}"\nack = "198.18.0.7"`).join("\n")}`;
    expect(settingsOf(parseConfig(text)).zones.map(({ data }) => data)).toEqual(["d/a.example", "d/b.example"]);
  });

  it("that is wrong in many places is told all of them at once", () => {
    const wrong = `
listen = ["localhost:53"]
workers = 0
rate-limit = "off"
disk-budget = "lots"
lisen = "127.0.0.1:53"
[[zone]]
name = "-bad-.example"
ack = ["::1", 7]
bits = 23
bucket = "1 hour"
contact = "nobody"
url = "javascript:alert(1)"
[[zone.name-server]]
addresses = ["192.0.2.1"]
`;
    expect(Object.keys(problemsOf(wrong)).sort()).toEqual([
      "disk-budget",
      "lisen",
      "listen[0]",
      "rate-limit",
      "workers",
      "zone[0].ack",
      "zone[0].ack[0]",
      "zone[0].ack[1]",
      "zone[0].bits",
      "zone[0].bucket",
      "zone[0].contact",
      "zone[0].name",
      "zone[0].name-server[0].host",
      "zone[0].url",
    ]);
    expect(problemsOf(wrong).lisen).toContain("listen");
  });

  it("whose parts disagree is told where", () => {
    const zone = (...lines: string[]) =>
      problemsOf(
        `listen = "127.0.0.1:53"\ndata = "d"\n[[zone]]\nname = "r.example.net"\nack = "198.18.0.7"\n${lines.join("\n")}`,
      );
    expect(zone()).toEqual({});
    expect(Object.keys(zone('nak = "198.18.0.7"'))).toEqual(["zone.nak"]);
    expect(Object.keys(zone('retention = "169h"'))).toEqual(["zone.retention"]);
    expect(Object.keys(zone('bucket = "85h"'))).toEqual(["zone.bucket"]);
    expect(Object.keys(zone('publish-after = "168h"'))).toEqual(["zone.publish-after"]);
    expect(Object.keys(zone("bits = 19", "publish-bits = 18"))).toEqual(["zone[0].publish-bits"]);
    const host = (name: string, addresses = "") =>
      Object.keys(
        zone("[[zone.name-server]]", `host = "${name}"`, addresses === "" ? "" : `addresses = "${addresses}"`),
      );
    expect(host("ns.example.org", "192.0.2.1")).toEqual(["zone.name-server[0]"]);
    expect(host("r.example.net")).toEqual(["zone.name-server[0]"]);
    expect(host(`${"a".repeat(63)}.r.example.net`)).toEqual(["zone.name-server[0]"]);
    expect(Object.keys(problemsOf('[[zone]]\nname = "r.example.net"\nack = "198.18.0.7"'))).toEqual(["data", "listen"]);
  });

  it("and flags are held to the same ranges", () => {
    const zone = { zone: "r.example.net", ack: ["198.18.0.7"] };
    const server = { listen: [{ address: "127.0.0.1", port: 53 }], data: "d" };
    const wrong = [{ bits: 23 }, { minBatch: 0 }, { ack: ["::1"] }, { nak: "nowhere" }];
    for (const flag of wrong)
      expect(() => settingsOf({ ...server, zones: [{ ...zone, ...flag }] })).toThrow(ConfigProblems);
    expect(() => settingsOf({ ...server, zones: [zone], workers: 0 })).toThrow(ConfigProblems);
    expect(settingsOf({ ...server, zones: [zone] }).workers).toBe(1);
  });

  it("that is no TOML or JSON is told the line", () => {
    expect(() => parseConfig("listen = [\n1")).toThrow(/line 2/);
    expect(() => parseConfig('{"listen"')).toThrow(expect.objectContaining({ code: "SOTTO_CONFIG_SYNTAX" }));
  });
});

describe("a size", () => {
  it("is octets in powers of 1024", () => {
    expect(["1", "500M", "10G", "2T"].map(parseSize)).toEqual([1, 500 * 2 ** 20, 10 * 2 ** 30, 2 * 2 ** 40]);
    for (const text of ["", "0", "1.5G", "10 G", "10GB", "-1"]) expect(() => parseSize(text)).toThrow(/size like/);
  });
});
