export { addCompletion, completionScript, SHELLS, type Shell } from "./commandline/completion.ts";
export type {
  ArgumentShape,
  CommandShape,
  OptionShape,
  ProgramShape,
  SubcommandShape,
} from "./commandline/shape.ts";
export { takesOf, type Value } from "./commandline/value.ts";
