import { dateOfDay } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { KeyringError, UsageError } from "../errors.ts";
import { Keyring } from "../keyring/keyring.ts";
import type { ManifestKey } from "../keyring/manifest.ts";
import { standingOf } from "../keyring/standing.ts";
import { confirm } from "../prompt.ts";
import type { Context } from "./context.ts";
import { debugOption, keyringOption } from "./option.ts";
import { count } from "./publish.ts";
import { formatTable } from "./table.ts";

interface RetireFlags {
  readonly keyring: string;
  readonly yes?: boolean;
}

/** Adds `sotto-keys retire`. */
export function register(program: Command, context: Context): void {
  program
    .command("retire")
    .description("destroy the secrets of epochs that ended 28 days ago or earlier; no passphrase is needed")
    .option("--yes", "do not ask (needed where there is no terminal)")
    .addOption(keyringOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Others keep copies of the public log. What makes the past unreadable is this, not the purge of " +
            "the log. Destroy copies and backups of these secrets too: a file that is overwritten may " +
            "remain on the drive (docs/threat-model.md). Scan the log before.",
        ],
        exit: "0 destroyed, or nothing was due, 1 not, 2 wrong usage",
        examples: ["sotto-keys retire --yes"],
      }),
    )
    .action((flags: RetireFlags) => retire(flags, context));
}

async function retire({ keyring: folder, yes }: RetireFlags, context: Context): Promise<void> {
  const keyring = await Keyring.open(folder);
  const present = await keyring.present();
  const here = new Set(present.map(({ id }) => id));
  const due = keyring.keys.filter((key) => {
    const standing = standingOf(key, context.today);
    return standing === "due" || (standing === "retired" && here.has(key.id));
  });
  if (due.length === 0) return context.print(`${folder}: no secret is due to be destroyed`);
  // Whoever is asked must see it, wherever standard output goes.
  const tell = context.terminal === null || yes === true ? context.print : context.note;
  tell("What was sealed in these epochs can never be read again, by anyone:");
  tell(
    formatTable(
      ["key", "from", "to", "secret"],
      due.map((key) => effectOf(key, here.has(key.id))),
    ),
  );
  await requireConsent(due.length, yes === true, context);
  const destroyed = await keyring.retire(due, context.today);
  context.print(`${folder}: ${count(destroyed.length, "secret")} destroyed`);
  const elsewhere = due.length - destroyed.length;
  if (elsewhere > 0) {
    context.note(notHere(elsewhere));
  }
}

function effectOf(key: ManifestKey, isHere: boolean): string[] {
  return [key.id, dateOfDay(key.from), dateOfDay(key.until - 1), isHere ? "destroyed now" : "elsewhere"];
}

async function requireConsent(number: number, yes: boolean, { terminal }: Context): Promise<void> {
  if (yes) return;
  if (terminal === null)
    throw new UsageError("SOTTO_USAGE", "no terminal to ask on: --yes destroys without a question");
  if (await confirm(terminal, `Destroy ${number === 1 ? "this secret" : `these ${number} secrets`}?`)) return;
  throw new KeyringError("SOTTO_KEYRING_KEPT", "nothing was destroyed");
}

function notHere(number: number): string {
  return number === 1
    ? "1 secret of these epochs was not here: destroy it where it is kept"
    : `${number} secrets of these epochs were not here: destroy them where they are kept`;
}
