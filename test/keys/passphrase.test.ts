// Over 300 lines: every place that a passphrase can come from, and every way in which each can fail, side by side.
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PassphraseError, UsageError } from "../../keys/errors.ts";
import { PASSPHRASE_VARIABLE, type PassphraseOptions, passphrasesFrom } from "../../keys/passphrase.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { refusalOfAsync } from "../wire/refusal.ts";
import { CTRL_C, CTRL_D, ENTER, TestTerminal } from "./terminal.ts";

const RIGHT = "correct horse battery staple";
const NOBODY: PassphraseOptions = { environment: {}, terminal: null };

const typed = (...answers: string[]) => new TestTerminal(...answers.map((answer) => `${answer}${ENTER}`));
const environmentOf = (passphrase: string) => ({ [PASSPHRASE_VARIABLE]: passphrase });

/** Something that a passphrase opens; remembers what it was tried with. */
function lockedWith(right: string) {
  const tried: string[] = [];
  const open = async (passphrase: string) => {
    tried.push(passphrase);
    if (passphrase !== right) throw new PassphraseError("SOTTO_PASSPHRASE_WRONG", "wrong passphrase");
    return "opened";
  };
  return { open, tried };
}

async function passphraseFile(content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(await temporaryFolder(), "passphrase");
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe("where passphrases come from", () => {
  it("is the file, before the environment, before the terminal", async () => {
    const file = await passphraseFile("of the file\n");
    const environment = environmentOf("of the environment");
    const terminal = typed("of the terminal", "of the terminal");
    expect(await passphrasesFrom({ file, environment, terminal }).choose("x")).toBe("of the file");
    expect(await passphrasesFrom({ environment, terminal }).choose("x")).toBe("of the environment");
    expect(await passphrasesFrom({ file: undefined, environment, terminal }).choose("x")).toBe("of the environment");
    expect(terminal.questions).toBe(0);
    expect(terminal.screen.text).toBe("");
    expect(await passphrasesFrom({ environment: {}, terminal }).choose("x")).toBe("of the terminal");
  });

  it("is the same for what is opened", async () => {
    const file = await passphraseFile(RIGHT);
    const environment = environmentOf("of the environment");
    const { open, tried } = lockedWith(RIGHT);
    expect(await passphrasesFrom({ file, environment, terminal: null }).unlock("x", open)).toBe("opened");
    expect(await refusalOfAsync(() => passphrasesFrom({ environment, terminal: null }).unlock("x", open))).toBe(
      "SOTTO_PASSPHRASE_WRONG",
    );
    expect(tried).toEqual([RIGHT, "of the environment"]);
  });

  it("is not the environment when the file cannot be used", async () => {
    const options = { ...NOBODY, environment: environmentOf(RIGHT) };
    const wrong = [
      [await passphraseFile(""), "SOTTO_PASSPHRASE_EMPTY"],
      [await passphraseFile(RIGHT, 0o644), "SOTTO_KEY_FILE_MODE"],
      ["/nowhere/at-all", "SOTTO_KEY_FILE_READ"],
    ] as const;
    for (const [file, code] of wrong) {
      expect(await refusalOfAsync(() => passphrasesFrom({ ...options, file }).choose("x"))).toBe(code);
    }
  });

  it("does not ask again when a file's or the environment's passphrase is wrong", async () => {
    const { open, tried } = lockedWith(RIGHT);
    const terminal = typed(RIGHT);
    const passphrases = passphrasesFrom({ environment: environmentOf("wrong"), terminal });
    expect(await refusalOfAsync(() => passphrases.unlock("x", open))).toBe("SOTTO_PASSPHRASE_WRONG");
    expect([tried, terminal.questions]).toEqual([["wrong"], 0]);
  });

  it("is nowhere when nobody can be asked: wrong usage, and says what else there is", async () => {
    const { open, tried } = lockedWith("");
    for (const attempt of [
      () => passphrasesFrom(NOBODY).unlock("x", open),
      () => passphrasesFrom({ ...NOBODY, otherwise: "--plain" }).choose("x"),
    ]) {
      const error = await attempt().catch((reason: unknown) => reason);
      if (!(error instanceof UsageError)) throw error;
      expect([error.code, error.exitCode]).toEqual(["SOTTO_PASSPHRASE_NONE", 2]);
      expect(error.message).toMatch(/--passphrase-file.*SOTTO_PASSPHRASE/);
    }
    const error = await passphrasesFrom({ ...NOBODY, otherwise: "--plain" })
      .choose("x")
      .catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(/, or --plain$/);
    expect(tried).toEqual([]);
  });

  it("is refused where it is empty", async () => {
    for (const options of [
      { ...NOBODY, environment: environmentOf("") },
      { ...NOBODY, file: await passphraseFile("\n") },
      { ...NOBODY, file: await passphraseFile("\r\n\r\n") },
    ]) {
      const { open, tried } = lockedWith("");
      expect(await refusalOfAsync(() => passphrasesFrom(options).unlock("x", open))).toBe("SOTTO_PASSPHRASE_EMPTY");
      expect(await refusalOfAsync(() => passphrasesFrom(options).choose("x"))).toBe("SOTTO_PASSPHRASE_EMPTY");
      expect(tried).toEqual([]);
    }
  });
});

describe("a passphrase file", () => {
  it.each([
    ["a line", `${RIGHT}\n`],
    ["a line without its end", RIGHT],
    ["a line of Windows", `${RIGHT}\r\n`],
    ["empty lines after it", `${RIGHT}\n\r\n\n`],
  ])("holds %s", async (_, content) => {
    expect(await passphrasesFrom({ ...NOBODY, file: await passphraseFile(content) }).choose("x")).toBe(RIGHT);
  });

  it.each([[" blanks around "], ["\ttab"], ["pässwörd \u{1f511}"], ["#no comment"]])(
    "is taken as it is: %j",
    async (passphrase) => {
      expect(await passphrasesFrom({ ...NOBODY, file: await passphraseFile(`${passphrase}\n`) }).choose("x")).toBe(
        passphrase,
      );
    },
  );

  it.each([
    ["two lines", `${RIGHT}\nsecond\n`],
    ["an empty line before it", `\n${RIGHT}\n`],
    ["a blank in a second line", `${RIGHT}\n \n`],
    ["octets that are no UTF-8, which would all be read as one character", Uint8Array.of(0x61, 0xff, 0xfe, 0x62)],
    ["a letter cut off", Uint8Array.of(0x61, 0xc3)],
  ])("is refused with %s", async (_, content) => {
    const file = await passphraseFile(content);
    expect(await refusalOfAsync(() => passphrasesFrom({ ...NOBODY, file }).choose("x"))).toBe("SOTTO_PASSPHRASE_FILE");
  });

  it("is refused when others can read it", async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o644]) {
      const file = await passphraseFile(RIGHT, mode);
      const { open, tried } = lockedWith(RIGHT);
      expect(await refusalOfAsync(() => passphrasesFrom({ ...NOBODY, file }).unlock("x", open))).toBe(
        "SOTTO_KEY_FILE_MODE",
      );
      expect(tried).toEqual([]);
    }
  });
});

describe("a person who opens something", () => {
  it("is asked once when it fits", async () => {
    const terminal = typed(RIGHT);
    const { open, tried } = lockedWith(RIGHT);
    expect(await passphrasesFrom({ environment: {}, terminal }).unlock("keyring", open)).toBe("opened");
    expect(terminal.screen.text).toBe("Passphrase of keyring: \n");
    expect(tried).toEqual([RIGHT]);
  });

  it.each([1, 2])("may mistype %i times", async (mistakes) => {
    const terminal = typed(...Array(mistakes).fill("a mistake"), RIGHT);
    const { open } = lockedWith(RIGHT);
    expect(await passphrasesFrom({ environment: {}, terminal }).unlock("keyring", open)).toBe("opened");
    expect(terminal.questions).toBe(mistakes + 1);
    expect(terminal.screen.text.match(/Once more/g)).toHaveLength(mistakes);
  });

  it("is refused after the third", async () => {
    const terminal = typed("one", "two", "three", RIGHT);
    const { open, tried } = lockedWith(RIGHT);
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    expect(await refusalOfAsync(() => passphrases.unlock("keyring", open))).toBe("SOTTO_PASSPHRASE_WRONG");
    expect(tried).toEqual(["one", "two", "three"]);
  });

  it("does not open anything by Enter alone, which counts as a mistake", async () => {
    const terminal = typed("", "", "");
    const { open, tried } = lockedWith("");
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    expect(await refusalOfAsync(() => passphrases.unlock("keyring", open))).toBe("SOTTO_PASSPHRASE_WRONG");
    expect(tried).toEqual([]);
  });

  it("is not asked for the next thing that the same passphrase opens", async () => {
    const terminal = typed("mistake", RIGHT);
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    const [one, two] = [lockedWith(RIGHT), lockedWith(RIGHT)];
    await passphrases.unlock("one", one.open);
    expect(await passphrases.unlock("two", two.open)).toBe("opened");
    expect(terminal.questions).toBe(2);
    expect(two.tried).toEqual([RIGHT]);
  });

  it("is asked for the next thing that another one opens, and each is then known", async () => {
    const terminal = typed(RIGHT, "the other");
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    const opened = [RIGHT, "the other", RIGHT, "the other"].map((right) => lockedWith(right));
    for (const { open } of opened) expect(await passphrases.unlock("thing", open)).toBe("opened");
    expect(terminal.questions).toBe(2);
    expect(opened[3]?.tried).toEqual([RIGHT, "the other"]);
  });

  it("sees another failure at once: a damaged file is not a wrong passphrase", async () => {
    const terminal = typed(RIGHT, RIGHT);
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    const damaged = async () => Promise.reject(new Error("damaged"));
    await expect(passphrases.unlock("keyring", damaged)).rejects.toThrow("damaged");
    expect(terminal.questions).toBe(1);
  });

  it.each([
    ["Ctrl-C", CTRL_C],
    ["Ctrl-D", CTRL_D],
  ])("cancels by %s, at whichever question", async (_, key) => {
    for (const before of [[], ["mistake"], ["mistake", "mistake"]]) {
      const terminal = new TestTerminal(...before.map((answer) => `${answer}${ENTER}`), key);
      const { open, tried } = lockedWith(RIGHT);
      const passphrases = passphrasesFrom({ environment: {}, terminal });
      expect(await refusalOfAsync(() => passphrases.unlock("keyring", open))).toBe("SOTTO_PASSPHRASE_CANCELED");
      expect(tried).toEqual(before);
    }
  });
});

describe("a person who chooses a passphrase", () => {
  it("types it twice", async () => {
    const terminal = typed(RIGHT, RIGHT);
    expect(await passphrasesFrom({ environment: {}, terminal }).choose("a.key")).toBe(RIGHT);
    expect(terminal.screen.text).toBe("New passphrase for a.key: \nThe same again: \n");
  });

  it("is told when it is short, and may take it", async () => {
    const [short, long] = [typed("eleven char", "eleven char"), typed("twelve chars", "twelve chars")];
    expect(await passphrasesFrom({ environment: {}, terminal: short }).choose("x")).toBe("eleven char");
    expect(await passphrasesFrom({ environment: {}, terminal: long }).choose("x")).toBe("twelve chars");
    expect(short.screen.text).toContain("That is short");
    expect(long.screen.text).not.toContain("That is short");
  });

  it.each([
    ["the two differ", [RIGHT, `${RIGHT} `], "SOTTO_PASSPHRASE_DIFFERENT"],
    ["the second is empty", [RIGHT, ""], "SOTTO_PASSPHRASE_DIFFERENT"],
    ["it is empty", ["", ""], "SOTTO_PASSPHRASE_EMPTY"],
  ])("is refused when %s", async (_, answers, code) => {
    const terminal = typed(...answers);
    expect(await refusalOfAsync(() => passphrasesFrom({ environment: {}, terminal }).choose("x"))).toBe(code);
  });

  it.each([
    ["Ctrl-C", CTRL_C],
    ["Ctrl-D", CTRL_D],
  ])("cancels by %s, at either question", async (_, key) => {
    for (const terminal of [new TestTerminal(key), new TestTerminal(`${RIGHT}${ENTER}`, key)]) {
      expect(await refusalOfAsync(() => passphrasesFrom({ environment: {}, terminal }).choose("x"))).toBe(
        "SOTTO_PASSPHRASE_CANCELED",
      );
    }
  });

  it("is not asked to open with it what was just made with it", async () => {
    const terminal = typed(RIGHT, RIGHT);
    const passphrases = passphrasesFrom({ environment: {}, terminal });
    await passphrases.choose("x");
    expect(await passphrases.unlock("x", lockedWith(RIGHT).open)).toBe("opened");
    expect(terminal.questions).toBe(2);
  });
});

describe("a passphrase", () => {
  it("is in no error's message and nowhere on the screen, whatever goes wrong", async () => {
    // Neither the questions nor the messages hold four of these in a row.
    const secret = fc.string({ unit: fc.constantFrom(..."QXZ0789@%ß"), minLength: 4, maxLength: 20 });
    const file = await passphraseFile("");
    await fc.assert(
      fc.asyncProperty(secret, secret, secret, async (one, two, three) => {
        fc.pre(one !== two);
        const terminals = [typed(one, two, three), typed(one, two), typed(one, one, two, three, two, one)];
        const [wrong, differing, chosen] = terminals.map((terminal) => passphrasesFrom({ environment: {}, terminal }));
        const fixed = passphrasesFrom({ ...NOBODY, environment: environmentOf(one) });
        await writeFile(file, `${one}\n${two}`);
        await chosen?.choose("it");
        const failures = [
          () => wrong?.unlock("it", lockedWith("").open),
          () => differing?.choose("it"),
          () => chosen?.unlock("it", lockedWith("").open),
          () => fixed.unlock("it", lockedWith("").open),
          () => passphrasesFrom({ ...NOBODY, file }).choose("it"),
        ];
        const errors: unknown[] = [];
        for (const attempt of failures) errors.push(await attempt()?.catch((reason: unknown) => reason));
        const said = errors.map((error) => (error instanceof Error ? `${error.message}\n${error.stack}` : "accepted"));
        expect(said).not.toContain("accepted");
        const all = [...said, ...terminals.map(({ screen }) => screen.text)].join("\n");
        for (const passphrase of [one, two, three]) expect(all).not.toContain(passphrase);
      }),
      { seed: 0x5077, numRuns: 300 },
    );
  });
});
