import type { Surroundings } from "./page.ts";

const PASSPHRASE = [
  "SOTTO_PASSPHRASE",
  "The passphrase, where no --passphrase-file is given. Without both it is asked for on the terminal.",
] as const;

const POSTGRES = [
  ["PGPASSWORD", "The password of a login to PostgreSQL."],
  ["PGPASSFILE", "A file of such passwords; ~/.pgpass if it is not set."],
] as const;

/** What each program finds around itself, by its name. */
export const SURROUNDINGS: Readonly<Record<string, Surroundings>> = {
  "sotto-client": {
    environment: [
      ["DO_NOT_TRACK", "Set and neither 0 nor false: no program reports anything, and send sends nothing."],
      [
        "SOTTO_TELEMETRY",
        "off, 0, false or no: no program reports. on, 1, true or yes: a yes where nobody decided. debug: programs print " +
          "what they would send, and send nothing. Anything else means off.",
      ],
      ["PROJECT_TELEMETRY", "The same for one project: its name in capitals, with _ for -."],
      ["XDG_CONFIG_HOME, XDG_STATE_HOME", "Where decisions and all else are kept, instead of the folders below."],
    ],
    files: [
      ["~/.config/sotto/consent.json", "Decisions."],
      ["~/.local/state/sotto", "What was counted, what waits to be sent, and the history with its secrets."],
      [
        ".sotto-opt-out",
        "In the home folder, or in the working folder or one above it: no program reports from there.",
      ],
      ["/etc/sotto/policy.json", "What the administrator of the machine says, above all else."],
    ],
    seeAlso: ["sotto-decoder(1)", "sotto-keys(1)", "sotto-resolver(1)"],
  },
  "sotto-keys": {
    environment: [PASSPHRASE],
    files: [["keyring", "The keyring in the working folder: keyring.json, identity.age and keys/."]],
    seeAlso: ["age(1)", "sotto-client(1)", "sotto-decoder(1)", "sotto-resolver(1)"],
  },
  "sotto-resolver": {
    environment: POSTGRES,
    files: [],
    seeAlso: ["minisign(1)", "sotto-client(1)", "sotto-decoder(1)", "sotto-keys(1)"],
  },
  "sotto-decoder": {
    environment: [PASSPHRASE, ...POSTGRES, ["NO_COLOR", "Set: no colours on the terminal."]],
    files: [
      ["records.duckdb", "The records in the working folder, where no --store is given."],
      ["sotto.json", "The report definition in the working folder, where no --definition is given."],
    ],
    seeAlso: ["sotto-client(1)", "sotto-keys(1)", "sotto-resolver(1)"],
  },
};
