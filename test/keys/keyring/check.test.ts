import type { EpochKey } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { checkKeyring, type Inspected, SOON_DAYS } from "../../../keys/keyring/check.ts";
import { secretName } from "../../../keys/keyring/keyring.ts";
import type { ManifestKey } from "../../../keys/keyring/manifest.ts";
import { epoch, MONDAY, manifestKey, publicKeyOf } from "./epochkeys.ts";

/** Thursday. */
const TODAY = MONDAY + 3;

/** Half a year of weekly keys, the one of four weeks before included. */
const HEALTHY = Array.from({ length: 30 }, (_, week) => manifestKey(`week ${week}`, epoch(week - 4)));

/** A healthy keyring, but for what is given. Every secret is at hand, unless its key was retired. */
function inspected(changes: Partial<Inspected> = {}): Inspected {
  const keys = changes.keys ?? HEALTHY;
  return {
    keys,
    modes: [
      { path: "ring", mode: 0o40_700, isFolder: true },
      { path: "ring/keyring.json", mode: 0o100_600, isFolder: false },
    ],
    files: keys.filter(({ retired }) => retired === undefined).map(secretName),
    definition: null,
    today: TODAY,
    monday: MONDAY,
    ...changes,
  };
}

const findings = (changes: Partial<Inspected>) => checkKeyring(inspected(changes));
const kinds = (changes: Partial<Inspected>) => findings(changes).map(({ kind }) => kind);
const published = (keys: readonly ManifestKey[]): EpochKey[] =>
  keys.map(({ publicKey, from, until }) => ({ publicKey, from, until }));
const without = (...weeks: number[]) => HEALTHY.filter((_, index) => !weeks.includes(index - 4));
const marked = (week: number, marks: Pick<ManifestKey, "replaced" | "retired">) =>
  HEALTHY.map((key, index) => (index === week + 4 ? { ...key, ...marks } : key));
const weekOf = (week: number) => HEALTHY[week + 4] as ManifestKey;

describe("a keyring that is well", () => {
  it("has no findings: with past, present and future keys, secrets at hand or elsewhere", () => {
    expect(findings({})).toEqual([]);
    expect(findings({ files: [] })).toEqual([]);
    expect(findings({ definition: published(HEALTHY) })).toEqual([]);
    expect(findings({ definition: published(HEALTHY.slice(4)) })).toEqual([]);
  });

  it("has none after a key was replaced, when the definition has followed", () => {
    const keys = [...marked(0, { replaced: TODAY }), manifestKey("new", epoch(0))];
    expect(findings({ keys, definition: published(keys.filter(({ replaced }) => replaced === undefined)) })).toEqual(
      [],
    );
  });

  it("has none after keys were retired", () => {
    const old = manifestKey("old", epoch(-9), { retired: TODAY });
    expect(findings({ keys: [old, ...HEALTHY] })).toEqual([]);
  });
});

describe("modes", () => {
  it.each([0o001, 0o002, 0o004, 0o010, 0o020, 0o040])("are found when others have the bit %o", (bit) => {
    const modes = [
      { path: "ring", mode: 0o40_700 | bit, isFolder: true },
      { path: "ring/keyring.json", mode: 0o100_600, isFolder: false },
      { path: "ring/identity.age", mode: 0o100_600 | bit, isFolder: false },
    ];
    const octal = (mode: number) => mode.toString(8);
    expect(findings({ modes })).toEqual([
      { kind: "mode", message: `others can get at ring (mode ${octal(0o700 | bit)}): chmod 700 it` },
      { kind: "mode", message: `others can get at ring/identity.age (mode ${octal(0o600 | bit)}): chmod 600 it` },
    ]);
  });
});

describe("gaps", () => {
  it("are found from this week on, each with its dates", () => {
    expect(findings({ keys: without(3, 4, 9) })).toEqual([
      { kind: "gap", message: "no key from 2026-12-07 to 2026-12-21: sotto-keys epochs fills the gap" },
      { kind: "gap", message: "no key from 2027-01-18 to 2027-01-25: sotto-keys epochs fills the gap" },
    ]);
    expect(kinds({ keys: without(0) })).toEqual(["gap"]);
  });

  it("are none in the past, nor after the last key", () => {
    expect(kinds({ keys: without(-1, -3) })).toEqual([]);
    expect(kinds({ keys: without(25) })).toEqual([]);
  });

  it("are found where the only key was replaced without another, or retired", () => {
    expect(kinds({ keys: marked(5, { replaced: TODAY }) })).toEqual(["gap"]);
    expect(kinds({ keys: marked(5, { retired: TODAY }) })).toEqual(["gap"]);
  });

  it("are found before keys that begin later", () => {
    expect(kinds({ keys: HEALTHY.slice(6) })).toEqual(["gap"]);
  });
});

describe("overlaps", () => {
  it("are found where a week has two keys that are to be sealed for", () => {
    const twice = manifestKey("twice", epoch(2));
    const keys = [...HEALTHY.slice(0, 7), twice, ...HEALTHY.slice(7)];
    expect(findings({ keys })).toEqual([
      { kind: "overlap", message: `keys ${weekOf(2).id} and ${twice.id} are both for 2026-11-30` },
    ]);
  });

  it("are found for each pair, of a long key too", () => {
    const long = manifestKey("long", epoch(-1, 4));
    const keys = [...HEALTHY, long].toSorted((a, b) => a.from - b.from);
    // With this week's and two more; last week's is over.
    expect(kinds({ keys })).toEqual(["overlap", "overlap", "overlap"]);
  });

  it("are none in the past, nor with a key that was replaced or retired", () => {
    expect(kinds({ keys: [manifestKey("past", epoch(-4)), ...HEALTHY] })).toEqual([]);
    for (const marks of [{ replaced: TODAY }, { retired: TODAY }]) {
      const keys = [...HEALTHY, manifestKey("marked", epoch(1), marks)];
      expect(kinds({ keys })).toEqual([]);
    }
  });
});

describe("the end of the keys", () => {
  // From last week on.
  const ending = (weeks: number) => HEALTHY.slice(3, 4 + weeks);

  it("is found 90 days before, and not earlier", () => {
    expect(SOON_DAYS).toBe(90);
    const end = MONDAY + 7 * 14;
    expect(kinds({ keys: ending(14), today: end - 91, monday: MONDAY })).toEqual([]);
    expect(findings({ keys: ending(14), today: end - 90, monday: MONDAY + 7 })).toEqual([
      { kind: "soon", message: "the keys end on 2027-02-22: run sotto-keys epochs and release the definition before" },
    ]);
  });

  it("is found when it is over, on the last day and the first one after", () => {
    const said = [6, 7].map((day) =>
      findings({ keys: ending(1), today: MONDAY + day, monday: MONDAY + day - (day % 7) }),
    );
    expect(said.map(([finding]) => finding?.message.slice(0, 28))).toEqual([
      "the keys end on 2026-11-23: ",
      "the keys ended on 2026-11-23",
    ]);
    expect(said.map(({ length }) => length)).toEqual([1, 1]);
  });

  it("is found where there is no key, or none to be sealed for", () => {
    const empty = [{ kind: "soon", message: "it holds no key to seal for: sotto-keys epochs makes some" }];
    expect(findings({ keys: [] })).toEqual(empty);
    expect(findings({ keys: [manifestKey("x", epoch(0, 52), { replaced: TODAY })] })).toEqual(empty);
  });
});

describe("secrets", () => {
  const old = manifestKey("old", epoch(-5));

  it("are due from the 28th day after their epoch, wherever they are", () => {
    const due = [{ kind: "due", message: `key ${old.id} of 2026-10-12 is due to be destroyed: sotto-keys retire` }];
    expect(kinds({ keys: [old, ...HEALTHY], today: MONDAY - 1, monday: MONDAY - 7 })).toEqual([]);
    expect(findings({ keys: [old, ...HEALTHY], today: MONDAY })).toEqual(due);
    expect(findings({ keys: [old, ...HEALTHY], files: [] })).toEqual(due);
  });

  it("are due when their key was replaced, too: clients went on to seal for it", () => {
    const replaced = { ...old, replaced: MONDAY - 30 };
    expect(kinds({ keys: [replaced, ...HEALTHY] })).toEqual(["due"]);
  });

  it("remain when they are here although their key was retired", () => {
    const retired = { ...old, retired: TODAY };
    expect(findings({ keys: [retired, ...HEALTHY], files: [secretName(retired)] })).toEqual([
      {
        kind: "remains",
        message: `key ${old.id} was retired, yet its secret is here: sotto-keys retire destroys it`,
      },
    ]);
  });
});

describe("files", () => {
  it("are stray when they belong to no key: unknown, half written, or with another date", () => {
    const stray = ["notes.txt", `.${secretName(weekOf(0))}.0b1c`, secretName({ ...weekOf(0), from: MONDAY + 7 })];
    expect(findings({ files: [...HEALTHY.map(secretName), ...stray] })).toEqual(
      stray.map((name) => ({ kind: "stray", message: `keys/${name} belongs to no key of keyring.json` })),
    );
  });
});

describe("a definition", () => {
  it("is found to lack keys, with the first and the number of others", () => {
    expect(findings({ definition: published(HEALTHY.slice(0, 5)) })).toEqual([
      {
        kind: "definition",
        message: "it lacks the key from 2026-11-23 and 24 more: sotto-keys epochs --definition writes them",
      },
    ]);
    expect(findings({ definition: published(HEALTHY.slice(0, -1)) })).toEqual([
      {
        kind: "definition",
        message: "it lacks the key from 2027-05-10: sotto-keys epochs --definition writes them",
      },
    ]);
    expect(kinds({ definition: [] })).toEqual(["definition"]);
  });

  it("need not hold past keys, and may", () => {
    expect(kinds({ definition: published(HEALTHY.slice(4)) })).toEqual([]);
  });

  it("is found to hold a key of somebody else", () => {
    const foreign = { publicKey: publicKeyOf("foreign"), ...epoch(0, 104) };
    const found = findings({ definition: [foreign, ...published(HEALTHY)] });
    expect(found.map(({ kind }) => kind)).toEqual(["definition"]);
    expect(found[0]?.message).toMatch(/^its key sotto1[a-z0-9]{10}\.\.\. \([0-9a-f]{8}\) is not in this keyring$/);
  });

  it.each([
    ["replaced", { replaced: TODAY }],
    ["retired", { retired: TODAY }],
  ])("is found to hold a key that was %s", (state, marks) => {
    const keys = [...marked(5, marks), manifestKey("new", epoch(5))].toSorted((a, b) => a.from - b.from);
    const definition = published(keys);
    expect(findings({ keys, definition })).toEqual([
      { kind: "definition", message: `key ${weekOf(5).id} was ${state}, yet the definition holds it` },
    ]);
  });

  it("is found to have other dates, from this week on", () => {
    const definition = published(HEALTHY).map((key) =>
      key.from === MONDAY + 7 ? { ...key, until: MONDAY + 28 } : key,
    );
    expect(findings({ definition })).toEqual([
      { kind: "definition", message: `key ${weekOf(1).id} has other dates in the definition than in the keyring` },
    ]);
    const past = published(HEALTHY).map((key) => (key.from === MONDAY - 7 ? { ...key, from: MONDAY - 70 } : key));
    expect(kinds({ definition: past })).toEqual([]);
  });
});

describe("a keyring in which much is wrong", () => {
  it("has a finding for each", () => {
    const old = manifestKey("old", epoch(-5));
    const retired = manifestKey("retired", epoch(-6), { retired: MONDAY });
    const keys = [retired, old, ...without(2).slice(0, 10), manifestKey("twice", epoch(3))];
    const found = kinds({
      keys: keys.toSorted((a, b) => a.from - b.from),
      modes: [{ path: "ring", mode: 0o40_755, isFolder: true }],
      files: [secretName(retired), "stray"],
      definition: [],
    });
    expect(found.toSorted()).toEqual(["definition", "due", "gap", "mode", "overlap", "remains", "soon", "stray"]);
  });
});
