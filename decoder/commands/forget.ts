import { readFile } from "node:fs/promises";
import { parseReceipt, type Receipt, ReceiptError } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { forget } from "../forgetting/forget.ts";
import type { Context } from "./context.ts";
import { count, debugOption, storeOption } from "./option.ts";

/** Adds `sotto-decoder forget`. */
export function register(program: Command, context: Context, exit: (code: number) => void): void {
  program
    .command("forget")
    .description("delete reports for whoever proves that they sent them")
    .requiredOption("--receipts <file>", "receipts, as sotto-client receipts writes them, one a line")
    .addOption(storeOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "A receipt is a frame's hash and the secret that only who sealed it knew. What it is for is " +
            "deleted from the store's file, and remembered as forgotten, so that no scan brings it back. " +
            "Copies that you exported are yours to delete.",
        ],
        exit: "0 done, 1 a receipt does not prove what it says, 2 wrong usage",
        examples: ["sotto-decoder forget --receipts receipts.txt"],
      }),
    )
    .action(async (flags: { store: string; receipts: string }) => exit(await run(flags, context)));
}

async function run({ store: path, receipts }: { store: string; receipts: string }, context: Context): Promise<number> {
  const given = await readReceipts(receipts);
  const store = await context.openStoreToWrite(path);
  try {
    const { messages, before, unknown, unproved } = await forget(store, given);
    await context.write(`${count(messages, "report")} deleted\n`);
    if (before > 0) context.note(`${count(before, "report")} had been deleted before`);
    if (unknown > 0) {
      context.note(
        `${count(unknown, "receipt")} without a report here: it never came, was scanned elsewhere, or is over`,
      );
    }
    if (unproved > 0) context.note(`sotto-decoder: ${count(unproved, "receipt")} without the right secret: not obeyed`);
    return unproved > 0 ? 1 : 0;
  } finally {
    await store.close();
  }
}

async function readReceipts(path: string): Promise<Receipt[]> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new UsageError("SOTTO_RECEIPTS_READ", `cannot read the receipts: ${error.message}`);
  });
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  return lines
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => {
      try {
        return parseReceipt(line);
      } catch (error) {
        if (!(error instanceof ReceiptError)) throw error;
        throw new ReceiptError(error.code, `${path}: line ${number}: ${error.message}`);
      }
    });
}
