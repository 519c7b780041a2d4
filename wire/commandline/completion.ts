import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { furtherHelp } from "./help.ts";
import type { CommandShape, ProgramShape } from "./shape.ts";
import { zshScript } from "./zsh.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Record<Shell, (program: CommandShape) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * Writes the script by which a shell completes a program's subcommands, options and what they take. It is made of the
 * program's definition alone, and runs no program of ours when a key is pressed.
 */
export function completionScript(shell: Shell, program: CommandShape): string {
  return SCRIPTS[shell](program);
}

/**
 * Adds the subcommand `completion`, which prints such a script.
 *
 * @param print takes text that ends with a line end.
 */
export function addCompletion(program: ProgramShape, print: (text: string) => void): void {
  const name = program.name();
  const command = program
    .command("completion")
    .description("print a script that completes this command's words in a shell")
    .argument("<shell>", "the shell it is for")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "The lines below are for ~/.bashrc, for ~/.zshrc (after compinit) and for ~/.config/fish/config.fish. A shell " +
            "starts faster with a file that the script was written to; write it again after each update.",
        ],
        exit: "0 printed, 2 wrong usage",
        examples: [
          `source <(${name} completion bash)`,
          `source <(${name} completion zsh)`,
          `${name} completion fish | source`,
        ],
      }),
    )
    .action((shell) => print(completionScript(shell as Shell, program)));
  for (const argument of command.registeredArguments) argument.choices(SHELLS);
}
