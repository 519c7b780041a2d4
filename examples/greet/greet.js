import { telemetryCommand } from "@sotto/client/commander";
import { Command, Option } from "commander";
import { DEFINITION, tell, VERSION } from "./telemetry.js";

const WORDS = {
  hello: { en: "Hello", de: "Hallo", fr: "Bonjour" },
  bye: { en: "Goodbye", de: "Tschüs", fr: "Au revoir" },
};

/**
 * The program's commands.
 *
 * @param telemetry what it tells its developers; a test gives its own.
 * @param print where a greeting goes.
 */
export function greetProgram(telemetry, print = (text) => process.stdout.write(`${text}\n`)) {
  const program = new Command("greet").description("Greets people").version(VERSION);
  for (const [name, words] of Object.entries(WORDS)) {
    program
      .command(name)
      .argument("[name]", "who is greeted", "world")
      .addOption(new Option("--language <code>").choices(Object.keys(words)).default("en"))
      .action((person, { language }) => print(`${words[language]}, ${person}!`));
  }
  program.addCommand(telemetryCommand(DEFINITION));
  program.hook("preAction", async (_, command) => {
    // `greet telemetry ...` is about telemetry: it neither asks nor counts.
    if (command.parent === program) await tell(telemetry, command.name());
  });
  return program;
}
