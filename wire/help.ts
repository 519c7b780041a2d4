export { type FurtherHelp, furtherHelp, HELP_FORM, wrapped } from "./commandline/help.ts";
export { namedCommand } from "./commandline/named.ts";
export { VERSION } from "./commandline/version.ts";
