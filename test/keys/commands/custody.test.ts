import { chmod, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Desk } from "./commanding.ts";

vi.mock(import("../../../keys/agefile.ts"), async (original) => {
  const { withLeastWork } = await import("../work.ts");
  return withLeastWork(await original());
});

const desk = async () => new Desk(await temporaryFolder(), "2026-11-21");

const SPLIT = ["--shares", "5", "--threshold", "3"];

describe("sotto-keys split and combine", () => {
  it("split a key file among custodians, a text and a sheet each, and give it back from any three", async () => {
    const project = await desk();
    const made = await project.run("new", "--plain", "--out", "./example.key");
    const split = await project.run("split", "./example.key", ...SPLIT, "--out", "./shares", "--name", "Example");
    expect(split).toMatchObject({ error: null, printed: expect.stringContaining("5 shares of Example, set ") });
    const names = await readdir(project.at("shares"));
    expect(names.toSorted()).toEqual([1, 2, 3, 4, 5].flatMap((n) => [`share-${n}-of-5.html`, `share-${n}-of-5.txt`]));
    expect((await stat(project.at("shares"))).mode & 0o777).toBe(0o700);
    for (const name of names) expect((await stat(project.at("shares", name))).mode & 0o777).toBe(0o600);
    const some = [5, 1, 3].map((n) => `./shares/share-${n}-of-5.txt`);
    const combined = await project.run("combine", ...some, "--out", "./again.key", "--plain");
    expect(combined.printed).toBe(made.printed);
    const secretIn = (text: string) => text.split("\n").find((line) => line.startsWith("SOTTO"));
    expect(secretIn(await project.read("again.key"))).toBe(secretIn(await project.read("example.key")));
    expect((await project.run("combine", ...some, "--check")).printed).toContain(made.printed);
  });

  it("split the keyring's identity, and put it back where it was", async () => {
    const project = await desk();
    await project.makeKeyring();
    expect((await project.keyring("split", ...SPLIT, "--out", "./shares")).error).toBeNull();
    expect((await project.keyring("combine", "./shares", "--plain")).printed).toContain("nothing was written");
    await rm(project.at("keyring", "identity.txt"));
    const absent = await project.keyring("check", "--secrets");
    expect(absent).toMatchObject({ error: "SOTTO_KEYRING_IDENTITY", message: expect.stringContaining("combine") });
    expect((await project.keyring("combine", "./shares")).printed).toContain("is here again");
    // It is protected now: --plain was not given.
    expect(await readdir(project.at("keyring"))).toContain("identity.age");
    expect((await project.keyring("check", "--secrets")).error).toBeNull();
  });

  it("tell shares of two splits apart, and say how many more are needed", async () => {
    const project = await desk();
    await project.run("new", "--plain", "--out", "./example.key");
    await project.run("split", "./example.key", ...SPLIT, "--out", "./one");
    await project.run("split", "./example.key", ...SPLIT, "--out", "./two");
    const mixed = ["./one/share-1-of-5.txt", "./one/share-2-of-5.txt", "./two/share-3-of-5.txt"];
    const refused = await project.run("combine", ...mixed, "--out", "./x.key", "--plain");
    expect(refused).toMatchObject({ error: "SOTTO_SHARE_SETS" });
    const few = await project.run("combine", ...mixed.slice(0, 2), "--out", "./x.key", "--plain");
    expect(few).toMatchObject({ error: "SOTTO_SHARE_FEW", message: expect.stringContaining("one more") });
    expect(await readdir(project.folder)).not.toContain("x.key");
  });

  it("name the file of a share that was damaged, and quote nothing of it", async () => {
    const project = await desk();
    await project.run("new", "--plain", "--out", "./example.key");
    await project.run("split", "./example.key", ...SPLIT, "--out", "./shares");
    const text = await project.read("shares", "share-2-of-5.txt");
    await writeFile(
      project.at("shares", "share-2-of-5.txt"),
      text.replace(/.\n$/, (end) => (end[0] === "Q" ? "P\n" : "Q\n")),
    );
    const refused = await project.run("combine", "./shares", "--out", "./x.key", "--plain");
    expect(refused).toMatchObject({
      error: "SOTTO_SHARE_TEXT",
      message: expect.stringContaining("share-2-of-5.txt: "),
    });
    expect(refused.message).not.toMatch(/[02-9AC-HJ-NP-Z]{12}/);
  });

  it("refuse shares of another keyring, a folder that is there, and more needed than there are", async () => {
    const project = await desk();
    await project.makeKeyring();
    await project.keyring("split", ...SPLIT, "--out", "./shares");
    const other = await desk();
    await other.makeKeyring();
    await rename(project.at("shares"), other.at("shares"));
    expect((await other.keyring("combine", "./shares")).error).toBe("SOTTO_KEYRING_IDENTITY");
    expect((await other.keyring("split", ...SPLIT, "--out", "./shares")).error).toBe("SOTTO_KEY_FILE_EXISTS");
    const wrong = await other.keyring("split", "--shares", "2", "--threshold", "3", "--out", "./more");
    expect(wrong.error).toBe("SOTTO_USAGE");
    expect((await other.keyring("combine")).error).toBe("SOTTO_USAGE");
  });
});

describe("sotto-keys new, public and passphrase", () => {
  it("new protects the key by the passphrase of the environment, and public opens it", async () => {
    const project = await desk();
    const made = await project.run("new", "--out", "./example.key");
    expect(await project.read("example.key")).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    expect((await project.run("public", "./example.key")).printed).toBe(made.printed);
    project.passphrase = "another one";
    expect((await project.run("public", "./example.key")).error).toBe("SOTTO_PASSPHRASE_WRONG");
    project.passphrase = undefined;
    const none = await project.run("public", "./example.key");
    expect(none).toMatchObject({
      error: "SOTTO_PASSPHRASE_NONE",
      message: expect.stringContaining("--passphrase-file"),
    });
    expect((await project.run("new", "--out", "./other.key")).message).toContain("--plain");
  });

  it("passphrase puts a key file and a keyring under another one", async () => {
    const project = await desk();
    await writeFile(project.at("new"), "the new passphrase\n", { mode: 0o600 });
    await project.run("new", "--plain", "--out", "./example.key", "--name", "example");
    const plain = await project.run("public", "./example.key");
    expect((await project.run("passphrase", "./example.key", "--new-passphrase-file", "./new")).error).toBeNull();
    expect((await project.run("public", "./example.key")).error).toBe("SOTTO_PASSPHRASE_WRONG");
    const opened = await project.run("public", "./example.key", "--passphrase-file", "./new");
    expect(opened.printed).toBe(plain.printed);
    await project.makeKeyring();
    expect((await project.keyring("passphrase", "--new-passphrase-file", "./new")).error).toBeNull();
    expect(await readdir(project.at("keyring"))).toEqual(["identity.age", "keyring.json", "keys"]);
    expect((await project.keyring("check", "--secrets", "--passphrase-file", "./new")).error).toBeNull();
    expect((await project.keyring("passphrase")).error).toBe("SOTTO_PASSPHRASE_NONE");
  });

  it("public prints other forms of a public key, and takes none for a file", async () => {
    const project = await desk();
    const { printed: key } = await project.run("new", "--plain", "--out", "./example.key");
    for (const format of ["age", "hex", "base64"]) {
      const other = (await project.run("public", "./example.key", "--format", format)).printed;
      expect((await project.run("public", other)).printed).toBe(key);
    }
    const typo = `${key.slice(0, -1)}${key.endsWith("q") ? "p" : "q"}`;
    expect((await project.run("public", typo)).message).toContain("typing mistake");
  });
});

describe("sotto-keys import and export", () => {
  it.each(["sotto", "age", "hex", "base64"])("give a key away as %s and take it again", async (format) => {
    const project = await desk();
    const { printed: key } = await project.run("new", "--plain", "--out", "./example.key");
    const exported = await project.run("export", "./example.key", "--format", format, "--out", "./exported");
    expect(exported.printed).toBe(key);
    expect((await stat(project.at("exported"))).mode & 0o777).toBe(0o600);
    expect((await project.run("import", "./exported", "--plain", "--out", "./again.key")).printed).toBe(key);
    expect((await project.run("export", "./again.key", "--format", format, "--out", "-")).printed).toBe(
      (await project.read("exported")).trimEnd(),
    );
  });

  it("import puts a key that was in use into the keyring, for the weeks in which it was", async () => {
    const project = await desk();
    await project.makeKeyring();
    const { printed: key } = await project.run("new", "--plain", "--out", "./old.key");
    const flags = ["--from", "2026-01-05", "--until", "2026-11-16"];
    const imported = await project.keyring("import", "./old.key", ...flags);
    expect(imported).toMatchObject({ error: null, printed: expect.stringContaining(key) });
    expect((await project.rows())[0]).toMatch(/2026-01-05 {2}2026-11-16 {2}here {4}over; late reports still come$/);
    expect((await project.keyring("check", "--secrets")).error).toBeNull();
    const exported = await project.keyring("export", "--key", "2026-03-01", "--out", "-");
    expect(exported.printed).toContain(`# public key: ${key}`);
    expect((await project.keyring("import", "./old.key", ...flags)).error).toBe("SOTTO_KEYRING_TWICE");
  });

  it("refuse what is no X25519 key, what others can read, and a place that is missing or taken", async () => {
    const project = await desk();
    await writeFile(project.at("signing"), `${"ab".repeat(64)}\n`, { mode: 0o600 });
    expect((await project.run("import", "./signing", "--plain", "--out", "./x")).message).toContain("Ed25519");
    await project.run("new", "--plain", "--out", "./example.key");
    expect((await project.run("import", "./example.key", "--plain")).error).toBe("SOTTO_USAGE");
    expect((await project.run("import", "./example.key", "--plain", "--out", "./signing")).error).toBe(
      "SOTTO_KEY_FILE_EXISTS",
    );
    await chmod(project.at("example.key"), 0o640);
    expect((await project.run("import", "./example.key", "--plain", "--out", "./x")).error).toBe("SOTTO_KEY_FILE_MODE");
    expect((await project.run("export", "./example.key", "--out", "./x")).error).toBe("SOTTO_KEY_FILE_MODE");
  });
});
