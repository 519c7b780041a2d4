import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askLine, askSecret, confirm } from "../../keys/prompt.ts";
import { refusalOfAsync } from "../wire/refusal.ts";
import { BACKSPACE, CTRL_C, CTRL_D, ENTER, TestTerminal } from "./terminal.ts";

/** What a person can type in a line: no control characters, which are keys with a meaning. */
const anyLine = fc.string({ unit: "grapheme" }).filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));

describe("asking for a secret", () => {
  it("gives what was typed and shows the question alone, whether it comes at once or key by key", async () => {
    await fc.assert(
      fc.asyncProperty(anyLine, fc.boolean(), async (secret, isPasted) => {
        const terminal = new TestTerminal(isPasted ? `${secret}${ENTER}` : [...secret, ENTER]);
        expect(await askSecret(terminal, "Passphrase: ")).toBe(secret);
        expect(terminal.screen.text).toBe("Passphrase: \n");
      }),
      { seed: 0x5077, numRuns: 1000 },
    );
  });

  it("shows nothing of what is corrected, moved through or completed either", async () => {
    const keys = ["hus", "x", BACKSPACE, "h", "\x1b[D", "\x1b[C", "!", "\t", BACKSPACE, CTRL_D, "\x1b[A", ENTER];
    const terminal = new TestTerminal(keys);
    expect(await askSecret(terminal, "Passphrase: ")).toBe("hush!");
    expect(terminal.screen.text).toBe("Passphrase: \n");
  });

  it("turns the terminal's own echo off, and on again: after an answer and after Ctrl-C", async () => {
    for (const keys of [`hush${ENTER}`, `hu${CTRL_C}`]) {
      const terminal = new TestTerminal(keys);
      await askSecret(terminal, "Passphrase: ").catch(() => {});
      expect(terminal.keyboard.rawModes).toEqual([true, false]);
    }
  });

  it.each([
    ["Ctrl-C", CTRL_C],
    ["Ctrl-C after some keys", ["hush", CTRL_C]],
    ["Ctrl-D", CTRL_D],
    ["the end of the input", null],
  ])("is canceled by %s", async (_, keys) => {
    const terminal = new TestTerminal(keys);
    expect(await refusalOfAsync(() => askSecret(terminal, "Passphrase: "))).toBe("SOTTO_PASSPHRASE_CANCELED");
    expect(terminal.screen.text).toBe("Passphrase: \n");
  });

  it("is canceled by the end of the input after some keys, and takes them for no answer", async () => {
    const terminal = new TestTerminal(["hush", null]);
    expect(await refusalOfAsync(() => askSecret(terminal, "Passphrase: "))).toBe("SOTTO_PASSPHRASE_CANCELED");
    expect(terminal.screen.text).toBe("Passphrase: \n");
  });

  it("is canceled at once where the input has ended already", async () => {
    const terminal = new TestTerminal(null);
    for (let turn = 0; turn < 2; turn++) {
      expect(await refusalOfAsync(() => askSecret(terminal, "Passphrase: "))).toBe("SOTTO_PASSPHRASE_CANCELED");
    }
  });

  it("can be repeated on one terminal, and leaves nobody who listens to it", async () => {
    const terminal = new TestTerminal(...Array.from({ length: 20 }, (_, turn) => `answer ${turn}${ENTER}`));
    const listeners = () =>
      ["keypress", "end", "SIGINT"].map((event) => terminal.keyboard.listenerCount(event)).join(" ");
    const before = listeners();
    for (let turn = 0; turn < 20; turn++) expect(await askSecret(terminal, "? : ")).toBe(`answer ${turn}`);
    expect(listeners()).toBe(before);
    expect(terminal.screen.text).toBe("? : \n".repeat(20));
  });

  it("does not offer an earlier answer, which the key for the line before would bring back", async () => {
    const terminal = new TestTerminal(`first secret${ENTER}`, ["\x1b[A", "\x10", ENTER]);
    await askSecret(terminal, "One: ");
    expect(await askSecret(terminal, "Two: ")).toBe("");
  });
});

describe("asking for a line", () => {
  it("shows the question and what is typed", async () => {
    const terminal = new TestTerminal(["share", ENTER]);
    expect(await askLine(terminal, "Share 1: ")).toBe("share");
    expect(terminal.screen.text).toContain("Share 1: ");
    expect(terminal.screen.text).toContain("share");
  });

  it("is canceled as a secret is", async () => {
    for (const keys of [CTRL_C, CTRL_D, null]) {
      const terminal = new TestTerminal(keys);
      expect(await refusalOfAsync(() => askLine(terminal, "Share 1: "))).toBe("SOTTO_PASSPHRASE_CANCELED");
    }
  });
});

describe("asking for consent", () => {
  it.each([
    ["yes", true],
    ["  yes ", true],
    ["y", false],
    ["YES", false],
    ["no", false],
    ["yes please", false],
    ["", false],
  ])("takes %j as %s", async (answer, consent) => {
    expect(await confirm(new TestTerminal(`${answer}${ENTER}`), "Destroy it?")).toBe(consent);
  });

  it("takes Ctrl-C, Ctrl-D and the end of the input as no", async () => {
    for (const keys of [CTRL_C, `yes${CTRL_C}`, CTRL_D, null, ["yes", null]]) {
      expect(await confirm(new TestTerminal(keys), "Destroy it?")).toBe(false);
    }
  });
});
