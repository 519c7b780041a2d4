import type { Interface } from "node:readline";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
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

/** Rounds of the event loop in which what is there already is read: one to begin, one to read it. */
const EARLY_TURNS = 3;

/**
 * Asks until one of the answers is given; there is none by default, and Enter alone asks again. Lines that were typed
 * at a terminal before the question was shown are no answer to it; with what came behind the answer they are left for
 * the program.
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
  const early = input.isTTY ? await typedAhead(input) : Buffer.alloc(0);
  const late: string[] = [];
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
    return await Promise.race([answerIn(lines, output, late), overdue]);
  } finally {
    end.abort();
    lines.close();
    // The program's own reading of its input begins where ours ended.
    input.pause();
    const unread = Buffer.concat([early, Buffer.from(late.join(""))]);
    if (unread.length > 0 && !input.readableEnded) input.unshift(unread);
  }
}

async function typedAhead(input: ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => chunks.push(chunk);
  input.on("data", keep);
  for (let turns = 0; turns < EARLY_TURNS; turns++) await turn();
  input.off("data", keep);
  input.pause();
  return Buffer.concat(chunks);
}

/** @param late lines that come in one go with the answer, behind it. */
async function answerIn(lines: Interface, output: WriteStream, late: string[]): Promise<PersonsAnswer | null> {
  return await new Promise((resolve) => {
    let answer: PersonsAnswer | undefined;
    lines.on("line", (line) => {
      if (answer !== undefined) return void late.push(`${line}\n`);
      answer = ANSWERS[line.trim().toLowerCase()];
      if (answer !== undefined) return resolve(answer);
      output.write("Please answer yes, no or never.\n");
      lines.prompt();
    });
    lines.once("close", () => {
      // The line that the prompt is on.
      if (answer === undefined) output.write("\n");
      resolve(null);
    });
    lines.prompt();
  });
}
