import dnsPacket, { type DecodedPacket } from "dns-packet";
import { expect } from "vitest";
import { ServerCookies } from "../../../resolver/dns/cookie.ts";
import { Gate, type SourceLimit } from "../../../resolver/dns/gate.ts";
import type { RateLimit } from "../../../resolver/dns/ratelimit.ts";
import { type ReportIntake, Responder, type Transport } from "../../../resolver/dns/responder.ts";
import { Zone, type ZoneDefinition } from "../../../resolver/dns/zone.ts";
import type { Candidate } from "../../../resolver/log/candidate.ts";
import { words } from "../../e2e/questions.ts";

/** Monday 2026-11-16 12:00 UTC, and its day since 1970-01-01. */
export const NOON = 1_794_830_400;
export const NOON_DAY = 20_773;

export const ZONE = "r.example.net";
export const BITS = 6;

/** The secret of RFC 9018's appendix, so that cookies in tests can be looked up there. */
export const SECRET = Buffer.from("e5e973e5a6b2a43f48e7dc849e37bfcf", "hex");

/** A zone of which a test gives what matters to it. */
export function zoneDefinition(changes: Partial<ZoneDefinition> = {}): ZoneDefinition {
  return {
    zone: ZONE,
    nameServers: [{ host: `ns1.${changes.zone ?? ZONE}`, addresses: ["192.0.2.53", "2001:db8::53"] }],
    ack: ["198.18.0.7"],
    nak: "198.18.0.8",
    bits: BITS,
    publishBits: BITS,
    stop: [],
    retention: 168 * 3600,
    ...changes,
  };
}

/** A store that keeps what it is given, or fails. */
export class TestIntake implements ReportIntake {
  readonly stored: Buffer[] = [];
  failing = false;

  submit({ frame }: Candidate, done: (stored: boolean) => void): void {
    if (!this.failing) this.stored.push(Buffer.from(frame));
    done(!this.failing);
  }
}

/** What a gate is tested with. */
export interface Setting {
  readonly zones?: readonly ZoneDefinition[];
  readonly sources?: SourceLimit;
  readonly rate?: RateLimit;
  /** Unix seconds; noon by default. */
  readonly clock?: () => number;
  readonly steadyClock?: () => number;
}

/** An answer as dns-packet reads it, which knows more than its types say. */
export type Answer = DecodedPacket & { readonly flag_aa: boolean; readonly flag_tc: boolean; readonly rcode: string };

/** A gate before a responder before a test's store, asked without a socket. */
export class Served {
  readonly intake = new TestIntake();
  readonly gate: Gate;
  readonly responder: Responder;

  constructor({ zones = [zoneDefinition()], sources, rate, clock = () => NOON, steadyClock = () => 0 }: Setting = {}) {
    const served = zones.map((zone) => ({ zone: new Zone(zone), intake: this.intake, ...(rate ? { rate } : {}) }));
    this.responder = new Responder(served, clock, steadyClock);
    const cookies = new ServerCookies(SECRET);
    this.gate = new Gate(this.responder, { cookies, clock, steadyClock, ...(sources ? { sources } : {}) });
  }

  /** The answer's octets, or null when there is none. */
  respond(message: Uint8Array, transport: Transport = "udp", address = "198.51.100.100"): Buffer | null {
    const answers: (Buffer | null)[] = [];
    const token = {};
    this.gate.respond(
      message,
      transport,
      address,
      (answer, to) => {
        expect(to).toBe(token);
        answers.push(answer);
      },
      token,
    );
    expect(answers).toHaveLength(1);
    return answers[0] ?? null;
  }

  ask(message: Uint8Array, transport?: Transport, address?: string): Answer {
    const answer = this.respond(message, transport, address);
    if (answer === null) throw new Error("no answer");
    return dnsPacket.decode(answer) as Answer;
  }
}

/** Adds an OPT record with options to a query that has no other records. */
export function withOpt(
  query: Uint8Array,
  options: Uint8Array = Buffer.alloc(0),
  { version = 0, flags = 0 } = {},
): Buffer {
  const opt = Buffer.concat([Buffer.of(0), words(41, 1232, version, flags, options.length), options]);
  const message = Buffer.concat([query, opt]);
  message.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return message;
}

/** A COOKIE option of these octets, given in hexadecimal (RFC 7873 section 4). */
export function cookieOption(hex: string): Buffer {
  const data = Buffer.from(hex, "hex");
  return Buffer.concat([words(10, data.length), data]);
}

/** The COOKIE option of an answer in hexadecimal, null when it has none. Reads the OPT record at the answer's end. */
export function cookieIn(answer: Buffer): string | null {
  const { additionals = [] } = dnsPacket.decode(answer);
  for (const record of additionals) {
    if (record.type !== "OPT") continue;
    for (const option of record.options as unknown as { code: number; data: Buffer }[]) {
      if (option.code === 10) return option.data.toString("hex");
    }
  }
  return null;
}
