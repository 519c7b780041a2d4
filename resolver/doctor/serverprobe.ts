import { randomBytes, randomInt } from "node:crypto";
import { LABEL_DIGITS, policyName } from "@sotto/wire";
import type { Asker } from "./asking.ts";
import { COOKIE_OPTION } from "./clock.ts";
import { endpointOf, type HostAddress } from "./delegation.ts";
import type { Outcome, Question } from "./message.ts";

/** EDNS client subnet (RFC 7871): 192.0.2.0/24, an address of documentation. */
export const SUBNET_OPTION = { code: 8, data: Uint8Array.of(0, 1, 24, 0, 192, 0, 2) };

/** An option that nobody knows, from the range for local use (RFC 6891 section 9). */
const UNKNOWN_OPTION = { code: 65_001, data: new Uint8Array(4) };

/** A payload that is not ours, so that an answer that repeats it is told from one that says its own. */
const OTHER_PAYLOAD = 4096;

/** What a server said to a partial name. */
export interface PartialAnswer {
  readonly name: string;
  readonly type: Question["type"];
  readonly outcome: Outcome;
}

/** What a server said to everything that it was asked once it answered at all. */
export interface ServerDetails {
  readonly mixedCase: Outcome;
  readonly nameServers: Outcome;
  readonly partial: readonly PartialAnswer[];
  readonly outside: Outcome;
  readonly edns: Outcome;
  /** When that came, Unix seconds by this machine: a cookie in it tells the server's time. */
  readonly ednsAt: number;
  readonly transfer: Outcome;
  readonly policy: Outcome;
}

/** What one name server of a zone said. */
export interface ServerEvidence {
  readonly server: HostAddress;
  /** The SOA over UDP. */
  readonly udp: Outcome;
  /** The SOA over TCP. */
  readonly tcp: Outcome;
  /** Null when it answers over neither. */
  readonly details: ServerDetails | null;
}

/** Asks one name server all that the checks need; nothing of it is stored there. `clock` gives Unix seconds. */
export async function probeServer(
  asker: Asker,
  zone: string,
  server: HostAddress,
  clock: () => number,
): Promise<ServerEvidence> {
  const endpoint = endpointOf(server);
  const soa: Question = { name: zone, type: "SOA" };
  const [udp, tcp] = await Promise.all([asker.ask(endpoint, soa), asker.askOverTcp(endpoint, soa)]);
  if (!("reply" in udp) && !("reply" in tcp)) return { server, udp, tcp, details: null };

  const overUdp = "reply" in udp;
  const ask = (question: Question) => (overUdp ? asker.ask(endpoint, question) : asker.askOverTcp(endpoint, question));
  const partial: PartialAnswer[] = [];
  for (const question of partialQuestions(zone)) partial.push({ ...question, outcome: await ask(question) });
  const options = [{ code: COOKIE_OPTION, data: randomBytes(8) }, SUBNET_OPTION, UNKNOWN_OPTION];
  const details: ServerDetails = {
    mixedCase: await ask({ name: mixCase(zone), type: "SOA" }),
    nameServers: await ask({ name: zone, type: "NS" }),
    partial,
    outside: await ask({ name: `sotto-doctor-${randomInt(2 ** 32)}.invalid`, type: "A" }),
    edns: await ask({ ...soa, edns: { payload: OTHER_PAYLOAD, options } }),
    ednsAt: clock(),
    transfer: await asker.askOverTcp(endpoint, { name: zone, type: "AXFR" }),
    policy: await ask({ name: policyName(zone), type: "TXT" }),
  };
  return { server, udp, tcp, details };
}

/** The names that resolvers ask on their way to a report when they minimise questions (RFC 9156). */
function partialQuestions(zone: string): Pick<PartialAnswer, "name" | "type">[] {
  const one = `${randomLabel()}.${zone}`;
  const two = `${randomLabel()}.${one}`;
  const names = [`_.${zone}`, one, `_.${one}`, two, `_.${two}`];
  return names.flatMap((name) => [
    { name, type: "A" },
    { name, type: "NS" },
  ]);
}

function randomLabel(): string {
  const digits = "abcdefghijklmnopqrstuvwxyz234567";
  return Array.from({ length: LABEL_DIGITS }, () => digits[randomInt(digits.length)]).join("");
}

/** Letters in random case, the first of them always upper: a zone's name in lower case proves nothing. */
function mixCase(zone: string): string {
  const mixed = zone.replace(/[a-z]/g, (letter) => (randomInt(2) === 0 ? letter : letter.toUpperCase()));
  return mixed.replace(/[a-zA-Z]/, (letter) => letter.toUpperCase());
}
