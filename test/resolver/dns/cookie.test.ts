import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCookieLength, ServerCookies } from "../../../resolver/dns/cookie.ts";
import { readAddress } from "../../../resolver/dns/source.ts";
import { SECRET } from "./served.ts";

const hex = (text: string) => Buffer.from(text, "hex");

/** A server that sees a COOKIE option from an address. */
function server(secret: Uint8Array, address: string) {
  const cookies = new ServerCookies(secret);
  const octets = new Uint8Array(16);
  const length = readAddress(address, octets);
  const standing = (option: Uint8Array, now: number) => cookies.standing(option, 0, option.length, octets, length, now);
  const answer = (option: Uint8Array, now: number) =>
    Buffer.from(cookies.answer(option, 0, standing(option, now), octets, length, now)).toString("hex");
  return { standing, answer };
}

describe("RFC 9018 appendix A", () => {
  const first = "2464c4abcf10c957010000005cf79f111f8130c3eee29480";

  it("A.1: a client learns a server cookie", () => {
    const { answer, standing } = server(SECRET, "198.51.100.100");
    expect(standing(hex("2464c4abcf10c957"), 1559731985)).toBe("client");
    expect(answer(hex("2464c4abcf10c957"), 1559731985)).toBe(first);
  });

  it("A.2: 40 minutes later the same client gets a renewed one", () => {
    const { answer, standing } = server(SECRET, "198.51.100.100");
    expect(standing(hex(first), 1559734385)).toBe("valid");
    expect(answer(hex(first), 1559734385)).toBe("2464c4abcf10c957010000005cf7a871d4a564a1442aca77");
  });

  it("A.3: the reserved octets of another implementation count in the hash, and are cleared in a new cookie", () => {
    const { answer, standing } = server(SECRET, "203.0.113.203");
    const option = hex("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5");
    expect(standing(option, 0x5cf78f71 + 60)).toBe("valid");
    // The appendix renews it at 1559734700, past the hour that section 4.3 recommends and that is kept here.
    expect(standing(option, 1559734700)).toBe("invalid");
    expect(answer(option, 1559734700)).toBe("fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e");
  });

  it("A.4: IPv6, and a secret that has changed", () => {
    const address = "2001:db8:220:1:59de:d0f4:8769:82b8";
    const option = hex("22681ab97d52c298010000005cf7c57926556bd0934c72f8");
    expect(server(hex("dd3bdf9344b678b185a6f5cb60fca715"), address).standing(option, 1559741961)).toBe("valid");
    const { answer, standing } = server(hex("445536bcd2513298075a5d379663c962"), address);
    expect(standing(option, 1559741961)).toBe("invalid");
    expect(answer(option, 1559741961)).toBe("22681ab97d52c298010000005cf7c609a6bb79d16625507a");
  });
});

describe("a server cookie (RFC 9018 section 4.3)", () => {
  const made = 1559731985;
  const option = hex("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
  const { standing, answer } = server(SECRET, "198.51.100.100");

  it("is valid for one hour, and from five minutes ahead", () => {
    expect([-301, -300, 0, 3600, 3601].map((age) => standing(option, made + age))).toEqual([
      "invalid",
      "valid",
      "valid",
      "valid",
      "invalid",
    ]);
  });

  it("comes back as it is for half an hour, then a new one", () => {
    expect(answer(option, made + 1800)).toBe(option.toString("hex"));
    expect(answer(option, made + 1801)).not.toBe(option.toString("hex"));
  });

  it("is valid across the turn of its 32 bits of time (RFC 1982)", () => {
    const before = hex(answer(hex("2464c4abcf10c957"), 0xffffff00));
    expect(standing(before, 2 ** 32 + 512)).toBe("valid");
    expect(standing(before, 2 ** 32 + 3600)).toBe("invalid");
  });

  it("is bound to address and secret", () => {
    expect(server(SECRET, "198.51.100.101").standing(option, made)).toBe("invalid");
    expect(server(SECRET, "::ffff:198.51.100.100").standing(option, made)).toBe("valid");
    expect(server(Buffer.alloc(16), "198.51.100.100").standing(option, made)).toBe("invalid");
  });

  it("is invalid when any of its bits is another, and when it has another length", () => {
    for (let bit = 0; bit < 24 * 8; bit++) {
      const forged = Buffer.from(option);
      forged[bit >> 3] = (forged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(standing(forged, made)).toBe("invalid");
    }
    for (const length of [16, 23, 25, 40]) {
      expect(standing(Buffer.concat([option, Buffer.alloc(16)]).subarray(0, length), made)).toBe("invalid");
    }
  });

  it("that was given out is valid for its address at any time, and for no other address", () => {
    const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const time = fc.integer({ min: 0, max: 2 ** 33 });
    fc.assert(
      fc.property(
        octets(16),
        octets(8),
        octets(4),
        octets(4),
        time,
        fc.nat(3600),
        (secret, client, ip, other, at, age) => {
          const here = server(secret, ip.join("."));
          const cookie = hex(here.answer(client, at));
          expect([cookie.length, here.standing(cookie, at + age)]).toEqual([24, "valid"]);
          if (ip.join() !== other.join()) expect(server(secret, other.join(".")).standing(cookie, at)).toBe("invalid");
        },
      ),
      { numRuns: 10_000, seed: 20_773 },
    );
  });
});

describe("a COOKIE option's length", () => {
  it("is 8, or 16 to 40 (RFC 7873 section 4)", () => {
    const legal = Array.from({ length: 64 }, (_, i) => i).filter(isCookieLength);
    expect(legal).toEqual([8, ...Array.from({ length: 25 }, (_, i) => 16 + i)]);
  });
});
