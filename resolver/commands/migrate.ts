import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { type Choice, parseConfig } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { readConfigFile } from "./serve.ts";

interface Flags {
  readonly store?: string;
  readonly config?: string;
}

/** Adds `sotto-resolver migrate`. */
export function register(program: Command): void {
  program
    .command("migrate")
    .description("make sotto's tables in a PostgreSQL database, or bring them to the version of this program")
    .option("--store <url>", "the database, postgres://user@host/database; or see --config")
    .option("--config <file>", "the server's configuration file, whose store it is")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "The login owns the tables: let it be another than the servers'. It needs CREATE on the " +
            "database, and, at the first time, CREATEROLE for sotto_collector, sotto_sealer and " +
            "sotto_decoder. Servers may go on meanwhile.",
          "Passwords belong into PGPASSWORD, a file of PGPASSFILE or the configuration, not into a " + "command line.",
        ],
        exit: "0 done, or nothing to do, 1 not, 2 wrong usage",
        examples: ["sotto-resolver migrate --store postgres://owner@db.example.net/sotto"],
      }),
    )
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const store = await storeOf(flags);
  const [{ Database }, { migrate }] = await Promise.all([
    import("../postgres/database.ts"),
    import("../postgres/schema.ts"),
  ]);
  const database = new Database(store, 1);
  try {
    const { from, to } = await migrate(database);
    const what = from === to ? `has version ${to} of sotto's tables` : `went from version ${from} to ${to}`;
    process.stdout.write(`the database ${what}\n`);
  } finally {
    await database.close();
  }
}

/** The database that flags, or a configuration file, name. */
async function storeOf({ store, config }: Flags): Promise<string> {
  const choice: Pick<Choice, "store"> = config === undefined ? {} : parseConfig(await readConfigFile(config));
  const found = store ?? choice.store;
  if (found === undefined) throw new ConfigError("SOTTO_USAGE", "say which database: --store postgres://host/database");
  return found;
}
