import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSessionId, livingSession, usedSession } from "../../../client/report/session.ts";
import { RUNS } from "../../wire/property.ts";
import { seeded, tape } from "./randomness.ts";
import { clientVectors } from "./vectors.ts";

const { sessionIds } = clientVectors<{ sessionIds: { octets: string; id: string }[] }>("noise");

describe("a session", () => {
  it.each(sessionIds)("has five octets in base32: $id", ({ octets, id }) => {
    expect(usedSession(null, 0, tape(octets).random)).toEqual({ id, minute: 0 });
    expect(isSessionId(id)).toBe(true);
  });

  it("lives while less than ten minutes pass between uses, and no longer", () => {
    const random = seeded("session");
    const first = usedSession(null, 100, random);
    const second = usedSession(first, 109, random);
    expect(second).toEqual({ id: first.id, minute: 109 });
    expect(usedSession(second, 119, random).id).not.toBe(first.id);
    expect(livingSession(second, 118)).toEqual(second);
    expect(livingSession(second, 119)).toBeNull();
  });

  it("ends when the clock was set back", () => {
    expect(livingSession({ id: "abcdefg7", minute: 100 }, 99)).toBeNull();
  });

  it("is one session exactly as long as no gap reaches ten minutes", () => {
    const random = seeded("gaps");
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 20 }), { minLength: 1, maxLength: 20 }), (gaps) => {
        let session = usedSession(null, 0, random);
        for (const gap of gaps) {
          const next = usedSession(session, session.minute + gap, random);
          expect(next.id === session.id).toBe(gap >= 0 && gap < 10);
          expect(isSessionId(next.id)).toBe(true);
          session = next;
        }
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it("has no other form", () => {
    for (const text of ["", "abcdefg", "abcdefgh1", "ABCDEFGH", "abcdefg1", "abcdefg7\n"]) {
      expect(isSessionId(text)).toBe(false);
    }
  });
});
