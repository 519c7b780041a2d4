import { boxOf, encodeName, makeFrame } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEntry, parseEntry } from "../../../client/history/entry.ts";
import { openName } from "../../../client/history/opening.ts";
import { entryOf } from "../../../client/history/proof.ts";
import { keyPairs } from "../../wire/independent.ts";
import { withFlippedBit } from "../../wire/octets.ts";
import { anyLetterCase } from "../../wire/property.ts";
import { reportOf, reportText, sizedReportText } from "../../wire/reports.ts";
import { sealMessage } from "./sealing.ts";

/** Each frame costs a dozen multiplications on the curve, and a message has up to sixteen. */
const RUNS = { seed: 0x5077, numRuns: 60 };

const text = fc.oneof(reportText, sizedReportText);

/** All forms in which logs show a name. */
function formsOf(name: string): string[] {
  const labels = name.split(".").slice(0, 3).join(".");
  return [
    name,
    name.slice(0, -1),
    labels,
    `${labels}.`,
    `${labels}.other.zone`,
    `${labels}.not..a_zone!.`,
    ` ${name}\n`,
  ];
}

const stranger = sealMessage({ text: '{"s":1}' });

describe("a name of this machine's history", () => {
  it("is found again in any case and form, and every octet of the text is proved", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.infiniteStream(fc.boolean()), (report, form, coins) => {
        const { entry, names } = sealMessage({ text: report });
        const stored = parseEntry(JSON.parse(JSON.stringify(encodeEntry(entry))));
        if (stored.type !== "entry") throw new Error(stored.reason);
        const inside: Uint8Array[] = [];
        names.forEach((name, part) => {
          const forms = formsOf(name);
          const shown = [...(forms[(form + part) % forms.length] ?? "")]
            .map((letter) => (coins.next().value === true ? letter.toUpperCase() : letter))
            .join("");
          const opening = openName(shown, [stranger.entry, stored.entry]);
          expect(opening).toMatchObject({ type: "ours", entry: { text: report }, part: part + 1, parts: names.length });
          if (opening.type === "ours") inside.push(opening.inside);
        });
        expect(Buffer.concat(inside).toString("utf8")).toBe(report);
      }),
      RUNS,
    );
  });

  it("tells whether the zone is that of the entry", () => {
    const { entry, names } = sealMessage();
    const zones = formsOf(names[0] ?? "").map((form) => {
      const opening = openName(form, [entry]);
      return opening.type === "ours" ? opening.zone : opening.type;
    });
    expect(zones).toEqual(["same", "same", "none", "none", "other", "other", "same"]);
  });

  it("is found under any head: a copy with another salt or week has the same box", () => {
    const { entry, frames } = sealMessage();
    const box = boxOf(frames[0] ?? new Uint8Array(118));
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.nat({ max: 2 ** 24 - 1 }), (week, salt) => {
        const name = encodeName(makeFrame(week, salt, box), "r.example.net");
        expect(openName(name, [entry]).type).toBe("ours");
      }),
      RUNS,
    );
  });
});

describe("a name that is not", () => {
  it("is never claimed: of another machine", () => {
    const { entry } = sealMessage({ text: reportOf(300) });
    fc.assert(
      fc.property(text, (report) => {
        for (const name of sealMessage({ text: report }).names) {
          expect(openName(name, [entry])).toEqual({ type: "not-ours" });
        }
      }),
      RUNS,
    );
    expect(openName(stranger.names[0] ?? "", [])).toEqual({ type: "not-ours" });
  });

  it("is never claimed: with any bit of its box changed", () => {
    const { entry, frames } = sealMessage();
    for (let bit = 32; bit < 8 * 118; bit++) {
      const name = encodeName(withFlippedBit(frames[0] ?? new Uint8Array(118), bit), "r.example.net");
      expect(openName(name, [entry])).toEqual({ type: "not-ours" });
    }
  });

  it("is no name at all, whatever it is", () => {
    const { entry, names } = sealMessage();
    const name = names[0] ?? "";
    const wrong = ["", ".", "example.com", name.slice(1), `x${name}`, name.slice(0, 190), `${name.slice(0, 191)}x`];
    wrong.push(name.replace(".", "-"), `\u212a${name.slice(1)}`, "a".repeat(10_000), `${name.slice(0, 190)}b.`);
    for (const text of wrong) expect(openName(text, [entry])).toEqual({ type: "no-name" });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), anyLetterCase(name)), (garbage) => {
        expect(["no-name", "ours"]).toContain(openName(garbage, [entry]).type);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

describe("an entry that was tampered with", () => {
  const long = sealMessage({ text: reportOf(120) });
  const [first, second] = long.entry.frames;
  if (first === undefined || second === undefined) throw new Error("two parts are needed");

  it.each([
    ["its text", { text: reportOf(120).replace("x", "y") }],
    ["its day", { day: long.entry.day - 1 }],
    ["its key", { publicKey: keyPairs.bob.publicKey }],
    ["its message's id", { messageId: new Uint8Array(8) }],
    ["its text's length", { text: "{}" }],
    ["a text that is none", { text: "{" }],
    ["its secrets, swapped", { frames: [second, { ...first, box: second.box }, ...long.entry.frames.slice(2)] }],
    ["a secret", { frames: [{ ...first, ephemeralSecret: new Uint8Array(32) }, ...long.entry.frames.slice(1)] }],
    ["a secret's length", { frames: [{ ...first, ephemeralSecret: new Uint8Array(3) }] }],
    ["a key's length", { publicKey: new Uint8Array(31) }],
  ])("proves nothing: %s", (_, change) => {
    const entry = { ...long.entry, ...change };
    const opened = long.names.map((name) => openName(name, [entry]).type);
    expect(opened).toContain("unproved");
    // Another entry that proves it stands above one that does not.
    expect(long.names.map((name) => openName(name, [entry, long.entry]).type)).toEqual(["ours", "ours", "ours"]);
  });

  it("finds the part that was changed, and the others are what they were", () => {
    const entry = { ...long.entry, text: `${reportOf(120).slice(0, -3)}y"}` };
    expect(long.names.map((name) => openName(name, [entry]).type)).toEqual(["ours", "ours", "unproved"]);
  });
});

describe("an entry", () => {
  const { frames, entry } = sealMessage();
  const [{ ephemeralSecret } = { ephemeralSecret: new Uint8Array(32) }] = entry.frames;
  const sealing = { ...entry, sealed: frames.map((frame) => ({ frame, ephemeralSecret })) };

  it.each([
    ["another text", { text: '{"a":2}' }],
    ["another day", { day: entry.day + 1 }],
    ["another key", { publicKey: keyPairs.bob.publicKey }],
    ["a project's name that is none", { project: "../x" }],
    ["a report's name that is none", { report: "X" }],
    ["a zone that is none", { zone: "R." }],
    ["a day before any client", { day: 3 }],
    ["no text", { text: "" }],
    ["no frames", { sealed: [] }],
    ["a frame cut short", { sealed: [{ frame: new Uint8Array(3), ephemeralSecret }] }],
    ["a secret cut short", { sealed: sealing.sealed.map((one) => ({ ...one, ephemeralSecret: new Uint8Array(3) })) }],
  ])("is made only of what its frames hold, not of %s", (_, change) => {
    expect(entryOf({ ...sealing, ...change })).toBeNull();
  });

  it("has a secret of its own, which the sealer cannot overwrite", () => {
    const secret = Uint8Array.from(ephemeralSecret);
    const made = entryOf({ ...sealing, sealed: frames.map((frame) => ({ frame, ephemeralSecret: secret })) });
    secret.fill(0);
    expect(made).toEqual(entry);
  });
});
