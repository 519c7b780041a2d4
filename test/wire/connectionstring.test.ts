import { connectionSecrets, tellableAnswer } from "@sotto/wire";
import { describe, expect, it } from "vitest";

describe("what a database says", () => {
  it("is told without passwords, as they were written and as they are meant", () => {
    const secrets = connectionSecrets("postgres://me:h%3Arse@db.example.net/x?password=batt%2Fery", {});
    expect(tellableAnswer("no h%3Arse, no h:rse, no batt/ery for me", secrets)).toBe(
      "no [removed], no [removed], no [removed] for me",
    );
  });

  it.each(["192.0.2.7", "2001:db8::7", "::1", "::ffff:192.0.2.7", "fe80:0:0:0:1:2:3:4"])(
    "is told without the address of whom it refuses: %s",
    (address) => {
      // As PostgreSQL's auth.c writes it.
      const said = `no pg_hba.conf entry for host "${address}", user "me", database "x", no encryption`;
      const told = tellableAnswer(said, []);
      expect(told).toMatch(
        /^no pg_hba\.conf entry for host "[^"]*\[removed\]", user "me", database "x", no encryption$/,
      );
      expect(told).not.toContain(address.slice(-3));
    },
  );

  it.each(['column "a" does not exist', 'password authentication failed for user "me"', "error 1.2.3: a::text"])(
    "is left as it is otherwise: %s",
    (said) => expect(tellableAnswer(said, [])).toBe(said),
  );
});
