import type { Interface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";

/** What a person answers. `never`: no project on this machine is to ask again. */
export type PersonsAnswer = "yes" | "no" | "never";

/** Where a person can be asked. */
export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

/** Who does not answer within a minute has something else to do. */
const PATIENCE_MILLISECONDS = 60_000;

const PROMPT = "[yes/no/never] ";

const ANSWERS: Readonly<Record<string, PersonsAnswer>> = { y: "yes", yes: "yes", n: "no", no: "no", never: "never" };

/**
 * Asks until one of the answers is given; there is none by default, and Enter alone asks again.
 *
 * @param text the question, shown above the prompt.
 * @returns null when there was no answer: time is over, or the input ended.
 */
export async function askPerson(
  { input, output }: Terminal,
  text: string,
  patience: number = PATIENCE_MILLISECONDS,
): Promise<PersonsAnswer | null> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input, output, prompt: PROMPT });
  const end = new AbortController();
  // In its raw mode readline would swallow what is to stop the program.
  lines.once("SIGINT", () => {
    lines.close();
    process.kill(process.pid, "SIGINT");
  });
  output.write(text);
  try {
    const overdue = sleep(patience, null, { signal: end.signal }).catch(() => null);
    return await Promise.race([answerIn(lines, output), overdue]);
  } finally {
    end.abort();
    lines.close();
    // The program's own reading of its input begins where ours ended.
    input.pause();
  }
}

async function answerIn(lines: Interface, output: WriteStream): Promise<PersonsAnswer | null> {
  return await new Promise((resolve) => {
    lines.on("line", (line) => {
      const answer = ANSWERS[line.trim().toLowerCase()];
      if (answer !== undefined) return resolve(answer);
      output.write("Please answer yes, no or never.\n");
      lines.prompt();
    });
    lines.once("close", () => {
      output.write("\n");
      resolve(null);
    });
    lines.prompt();
  });
}
