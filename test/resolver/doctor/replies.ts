import type { AnsweredRecord, Outcome, Reply } from "../../../resolver/doctor/message.ts";

export const ZONE = "r.example.net";

/** An authoritative answer without records, and what a test wants otherwise. */
export function reply(changes: Partial<Reply> = {}): Outcome {
  return {
    reply: {
      rcode: "NOERROR",
      authoritative: true,
      truncated: false,
      sameQuestion: true,
      answers: [],
      authority: [],
      additional: [],
      edns: null,
      ...changes,
    },
  };
}

export function record(name: string, type: string, text: string): AnsweredRecord {
  return { name, type, text, strings: type === "TXT" ? [text] : [] };
}

export const SOA = record(ZONE, "SOA", "ns1.r.example.net hostmaster.example.net 1 86400 7200 3600000 60");

/** What a healthy zone says to a name that holds nothing. */
export const NODATA = reply({ authority: [SOA] });

export const SILENT: Outcome = { silence: "silent" };
