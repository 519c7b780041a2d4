export { type FurtherHelp, furtherHelp, HELP_FORM, wrapped } from "./commandline/help.ts";
