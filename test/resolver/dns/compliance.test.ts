import dnsPacket from "dns-packet";
import { describe, expect, it } from "vitest";
import { wireName, words } from "../../e2e/questions.ts";
import { type Listening, listen } from "./listening.ts";
import { Served, ZONE, zoneDefinition } from "./served.ts";

// What ISC's EDNS compliance suite (genreport, ednscomp.isc.org) asks, and what it calls "ok", after its source of March
// 2018 and its manual; the same ground as RFC 8906 section 8. Names of tests are the suite's.

const SOA = 6;
const DNSKEY = 48;
const NSID = "00030000";
const ECS = "0008000400010000";
const EXPIRE = "00090000";
const COOKIE = "000a00080102030405060708";
const UNKNOWN = "00640000";

/** Bits of the header's second word. */
const BIT = { aa: 0x0400, tc: 0x0200, rd: 0x0100, ra: 0x0080, z: 0x0040, ad: 0x0020, cd: 0x0010 } as const;

interface Probe {
  readonly flags?: readonly (keyof typeof BIT)[];
  readonly opcode?: number;
  readonly type?: number;
  /** Octets that the requester can take; no EDNS when absent. */
  readonly size?: number;
  readonly version?: number;
  readonly ednsFlags?: number;
  /** EDNS options in hexadecimal. */
  readonly options?: string;
  readonly tcp?: true;
  /** TC in the answer is no reason to ask again over TCP. */
  readonly ignore?: true;
}

/** The suite's groups EDNS, FULL and COMMON. */
const PROBES: Readonly<Record<string, Probe>> = {
  dns: {},
  aa: { flags: ["aa"] },
  ad: { flags: ["ad"] },
  cd: { flags: ["cd"] },
  ra: { flags: ["ra"] },
  rd: { flags: ["rd"] },
  tc: { flags: ["tc"] },
  zflag: { flags: ["z"] },
  opcode: { opcode: 15 },
  opcodeflg: { opcode: 15, flags: ["aa", "tc", "rd", "ra", "z", "ad", "cd"] },
  type666: { type: 666 },
  tcp: { tcp: true },
  edns: { size: 4096 },
  edns1: { size: 4096, version: 1 },
  "edns@512": { size: 512, ednsFlags: 0x8000, type: DNSKEY, ignore: true },
  ednsopt: { size: 4096, options: UNKNOWN },
  edns1opt: { size: 4096, version: 1, options: UNKNOWN },
  do: { size: 4096, ednsFlags: 0x8000 },
  docd: { size: 4096, ednsFlags: 0x8000, flags: ["cd"] },
  edns1do: { size: 4096, version: 1, ednsFlags: 0x8000 },
  ednsflags: { size: 4096, ednsFlags: 0x0080 },
  optlist: { size: 4096, options: NSID + ECS + EXPIRE + COOKIE },
  ednsnsid: { size: 4096, options: NSID },
  ednscookie: { size: 4096, options: COOKIE },
  ednsexpire: { size: 4096, options: EXPIRE },
  ednssubnet: { size: 4096, options: ECS },
  edns1nsid: { size: 4096, version: 1, options: NSID },
  edns1cookie: { size: 4096, version: 1, options: COOKIE },
  edns1expire: { size: 4096, version: 1, options: EXPIRE },
  edns1subnet: { size: 4096, version: 1, options: ECS },
  ednstcp: { size: 512, ednsFlags: 0x8000, type: DNSKEY, tcp: true },
  edns512tcp: { size: 512, ednsFlags: 0x8000, type: DNSKEY, tcp: true },
  bind11: { size: 4096, ednsFlags: 0x8000, options: COOKIE },
  dig11: { size: 4096, flags: ["rd", "ad"], options: COOKIE },
};

/** Types that the suite's group TYPE asks for, by number: known, obsolete, of DNSSEC, and unknown. */
const TYPES = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 33, 35,
  36, 37, 38, 39, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 55, 59, 60, 61, 99, 104, 105, 106, 107, 108, 109, 256,
  257, 258, 259, 32_769, 1000,
];

function encode({ flags = [], opcode = 0, type = SOA, size, version = 0, ednsFlags = 0, options = "" }: Probe): Buffer {
  const bits = flags.reduce((sum, flag) => sum | BIT[flag], opcode << 11);
  const question = opcode === 0 ? Buffer.concat([wireName(ZONE), words(type, 1)]) : Buffer.alloc(0);
  const data = Buffer.from(options, "hex");
  const opt = Buffer.concat([Buffer.of(0), words(41, size ?? 0, version, ednsFlags, data.length), data]);
  const header = words(4711, bits, question.length > 0 ? 1 : 0, 0, 0, size === undefined ? 0 : 1);
  return Buffer.concat([header, question, ...(size === undefined ? [] : [opt])]);
}

/** Asks as the suite does: an answer with TC is asked for again over TCP. */
async function ask({ askTcp, askUdp }: Listening, probe: Probe): Promise<Buffer> {
  const message = encode(probe);
  if (probe.tcp) return await askTcp(message);
  const answer = await askUdp(message);
  return (answer.readUInt16BE(2) & BIT.tc) === 0 || probe.ignore ? answer : await askTcp(message);
}

/** What the suite finds wrong with an answer, in its own words; `[]` is its "ok". */
function faultsOf(probe: Probe, octets: Buffer): string[] {
  const { flags = [], opcode = 0, type = SOA, size, version = 0, ednsFlags = 0, options = "" } = probe;
  const word = octets.readUInt16BE(2);
  const set = (flag: keyof typeof BIT) => (word & BIT[flag]) !== 0;
  const counts = [4, 6, 8, 10].map((at) => octets.readUInt16BE(at));
  const answer = dnsPacket.decode(octets);
  const opts = (answer.additionals ?? []).filter((record) => record.type === "OPT") as unknown as Opt[];
  const [opt] = opts;
  const rcode = (word & 0x0f) | ((opt?.extendedRcode ?? 0) << 4);
  const seenSoa = (answer.answers ?? []).some((record) => record.type === "SOA" && record.name === ZONE);
  const codes = opt?.options.map(({ code }) => code) ?? [];
  const cookie = opt?.options.find(({ code }) => code === 10)?.data;
  const asksQuery = opcode === 0;
  const checks: readonly [string, boolean][] = [
    ["no response", (word & 0x8000) === 0],
    ["another id", octets.readUInt16BE(0) !== 4711],
    ["another opcode", ((word >> 11) & 0x0f) !== opcode],
    ["sections that should be empty", !asksQuery && counts.some((count) => count !== 0)],
    ["mismatch", asksQuery && (counts[0] !== 1 || !octets.subarray(12).includes(encode(probe).subarray(12, 31)))],
    ["rcode", rcode !== (asksQuery ? (version === 0 ? 0 : 16) : 4)],
    ["version-not-zero", opt !== undefined && opt.ednsVersion !== 0],
    ["noopt", size !== undefined && opt === undefined],
    ["opt", size === undefined && opts.length > 0],
    ["two opt", opts.length > 1],
    ["nosoa", type === SOA && asksQuery && version === 0 && !seenSoa],
    ["soa", type === SOA && version !== 0 && seenSoa],
    ["echoed", codes.includes(100)],
    ["subnet", codes.includes(8)],
    ["nodo", (ednsFlags & 0x8000) !== 0 && ((opt?.flags ?? 0) & 0x8000) === 0],
    ["do", (ednsFlags & 0x8000) === 0 && ((opt?.flags ?? 0) & 0x8000) !== 0],
    ["mbz", ((opt?.flags ?? 0) & 0x7fff) !== 0],
    ["noaa", asksQuery && rcode === 0 && !set("aa")],
    ["aa", !asksQuery && set("aa")],
    ["tc", set("tc")],
    ["ra", set("ra")],
    ["rd", set("rd") && (!asksQuery || !flags.includes("rd"))],
    ["nord", asksQuery && flags.includes("rd") && !set("rd")],
    ["ad", set("ad")],
    ["cd", set("cd") && (!asksQuery || !flags.includes("cd"))],
    ["z", set("z")],
    ["toobig", probe.ignore === true && octets.length > (size ?? 512)],
    [
      "no cookie",
      version === 0 && options.includes(COOKIE) && cookie?.toString("hex").slice(0, 16) !== COOKIE.slice(8),
    ],
    ["no server cookie", cookie !== undefined && (cookie.length < 16 || cookie.length > 40)],
  ];
  return checks.filter(([, found]) => found).map(([fault]) => fault);
}

interface Opt {
  readonly ednsVersion: number;
  readonly extendedRcode: number;
  readonly flags: number;
  readonly options: readonly { readonly code: number; readonly data: Buffer }[];
}

describe("ISC's EDNS compliance probes", () => {
  it.each(Object.entries(PROBES))("%s is ok", async (_, probe) => {
    expect(faultsOf(probe, await ask(await listen(new Served()), probe))).toEqual([]);
  });

  it("of every type are ok", async () => {
    const listening = await listen(new Served());
    for (const type of TYPES) expect([type, faultsOf({ type }, await ask(listening, { type }))]).toEqual([type, []]);
  });

  it("for a signed zone get NODATA (RFC 4035 section 3.1.4.1)", async () => {
    const { askUdp } = await listen(new Served());
    for (const type of [43, 46, 47, DNSKEY, 50, 51]) {
      const answer = dnsPacket.decode(await askUdp(encode({ type, size: 4096, ednsFlags: 0x8000 })));
      expect(answer).toMatchObject({ rcode: "NOERROR", answers: [], authorities: [{ type: "SOA", name: ZONE }] });
    }
  });

  it("with OPT and an unknown opcode get NOTIMP with OPT (RFC 6891 section 6.1.1)", async () => {
    const { askUdp } = await listen(new Served());
    const answer = await askUdp(encode({ opcode: 15, size: 4096, flags: ["rd", "aa", "cd"] }));
    expect(answer.readUInt16BE(2)).toBe(0x8000 | (15 << 11) | 4);
    expect(dnsPacket.decode(answer)).toMatchObject({ questions: [], additionals: [{ type: "OPT", ednsVersion: 0 }] });
  });

  it("for an answer that does not fit get TC within the size, and all of it over TCP", async () => {
    const { askTcp, askUdp } = await listen(new Served({ zones: [zoneDefinition({ text: "text ".repeat(100) })] }));
    const probe = { type: 16, size: 512, ignore: true } as const;
    const udp = await askUdp(encode(probe));
    expect(faultsOf(probe, udp)).toEqual(["tc"]);
    const tcp = await askTcp(encode({ ...probe, tcp: true }));
    expect(dnsPacket.decode(tcp)).toMatchObject({ flag_tc: false, answers: [{ type: "TXT" }] });
  });
});
