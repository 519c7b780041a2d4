import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dayOfDate, SottoError } from "@sotto/wire";
import { main } from "../../../keys/cli.ts";

/** What a command of `sotto-keys` printed, and how it ended. */
export interface Outcome {
  /** The code of the error that ended it; null when it did its work. */
  readonly error: string | null;
  readonly message: string;
  readonly printed: string;
  readonly noted: string;
}

/** A project's folder on a day of the calendar, with commands run in it and nobody to ask. */
export class Desk {
  readonly folder: string;
  today: string;
  passphrase: string | undefined = "four words at random";

  constructor(folder: string, today: string) {
    this.folder = folder;
    this.today = today;
  }

  /** A path in the folder. */
  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  async read(...names: string[]): Promise<string> {
    return await readFile(this.at(...names), "utf8");
  }

  /** Runs a command; `./name` in its arguments is a path in the folder. */
  async run(...argv: string[]): Promise<Outcome> {
    const printed: string[] = [];
    const noted: string[] = [];
    const context = {
      environment: { SOTTO_PASSPHRASE: this.passphrase },
      terminal: null,
      today: dayOfDate(this.today) ?? Number.NaN,
      print: (text: string) => void printed.push(text),
      note: (text: string) => void noted.push(text),
    };
    const paths = argv.map((argument) => (argument.startsWith("./") ? this.at(argument) : argument));
    const outcome = await main(paths, context).then(
      () => ({ error: null, message: "" }),
      (error: SottoError) => ({ error: error.code, message: error.message }),
    );
    return { ...outcome, printed: printed.join("\n"), noted: noted.join("\n") };
  }

  /** Runs a command on the keyring of the folder. */
  async keyring(...argv: string[]): Promise<Outcome> {
    return await this.run(...argv, "--keyring", "./keyring");
  }

  /** Makes a keyring of a year of weeks without a passphrase, whose definition is `sotto.json`. */
  async makeKeyring(...flags: string[]): Promise<void> {
    const made = await this.keyring("epochs", "--for", "1y", "--plain", "--definition", "./sotto.json", ...flags);
    if (made.error !== null) throw new SottoError(made.error, made.message);
  }

  /** The rows of `list`, without its heading. */
  async rows(): Promise<string[]> {
    return (await this.keyring("list")).printed.split("\n").slice(1);
  }

  /** What the report definition says of its keys. */
  async definitionKeys(): Promise<{ key: string; from: string; until: string }[]> {
    return JSON.parse(await this.read("sotto.json")).keys;
  }
}
