import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAddress, SourcePrefix } from "../../../resolver/dns/source.ts";

function read(text: string): string {
  const octets = new Uint8Array(16).fill(0xaa);
  return Buffer.from(octets.subarray(0, readAddress(text, octets))).toString("hex");
}

/** An IPv6 address as the URL standard writes it: an encoder that is not ours. */
function canonical(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    Buffer.from(octets)
      .readUInt16BE(2 * i)
      .toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

describe("reading an address", () => {
  it("takes what the system writes", () => {
    expect(read("198.51.100.7")).toBe("c6336407");
    expect(read("0.0.0.0")).toBe("00000000");
    expect(read("::")).toBe("00".repeat(16));
    expect(read("::1")).toBe(`${"00".repeat(15)}01`);
    expect(read("2001:db8::53")).toBe("20010db8000000000000000000000053");
    expect(read("fe80::1%eth0")).toBe("fe800000000000000000000000000001");
    expect(read("1:2:3:4:5:6:7::")).toBe("00010002000300040005000600070000");
    expect(read("::ffff:192.0.2.1")).toBe("c0000201");
    expect(read("64:ff9b::192.0.2.33")).toBe("0064ff9b0000000000000000c0000221");
  });

  it("gives every address of either family its own octets", () => {
    const words = fc.uint8Array({ minLength: 16, maxLength: 16 }).chain((octets) =>
      // Zeros, so that there is something to shorten.
      fc
        .uint8Array({ minLength: 16, maxLength: 16, max: 1 })
        .map((mask) => octets.map((one, i) => one * (mask[i] as number))),
    );
    fc.assert(
      fc.property(words, (octets) => {
        const hexadecimal = Buffer.from(octets).toString("hex");
        const mapped = hexadecimal.startsWith(`${"0".repeat(20)}ffff`);
        expect(read(canonical(octets))).toBe(mapped ? hexadecimal.slice(24) : hexadecimal);
        expect(read(octets.subarray(0, 4).join("."))).toBe(hexadecimal.slice(0, 8));
      }),
      { numRuns: 10_000, seed: 20_773 },
    );
  });

  it("takes nothing that is no address, and never throws", () => {
    for (const text of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ":", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9"]) {
      expect([text, read(text)]).toEqual([text, ""]);
    }
    const letters = fc.string({ unit: fc.constantFrom(..."0123456789abcdfgF:.%"), maxLength: 45 });
    fc.assert(
      fc.property(letters, (text) => {
        const octets = readAddress(text, new Uint8Array(16));
        // Ours is a little wider in zone indexes, which only the system writes.
        if (!text.includes("%")) expect(octets > 0).toBe(isIP(text) !== 0);
      }),
      { numRuns: 10_000, seed: 20_773 },
    );
  });
});

describe("a source (protocol.md section 4 rule 8)", () => {
  const salted = (salt: number) => {
    const prefix = new SourcePrefix(Buffer.alloc(16, salt));
    return (text: string) => {
      const octets = new Uint8Array(16);
      prefix.take(octets, readAddress(text, octets));
      return `${prefix.low} ${prefix.high}`;
    };
  };

  it("is a /24 of IPv4 and a /56 of IPv6", () => {
    const of = salted(1);
    expect(of("198.51.100.1")).toBe(of("198.51.100.254"));
    expect(of("198.51.100.1")).not.toBe(of("198.51.101.1"));
    expect(of("2001:db8:0:1200::1")).toBe(of("2001:db8:0:12ff:ffff::"));
    expect(of("2001:db8:0:1200::1")).not.toBe(of("2001:db8:0:1300::1"));
    expect(of("::")).not.toBe(of("0.0.0.0"));
  });

  it("is known by a hash that another salt makes another", () => {
    expect(salted(1)("198.51.100.1")).not.toBe(salted(2)("198.51.100.1"));
  });
});
