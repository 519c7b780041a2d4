import type { Terminal } from "../telemetry/question.ts";

/** Asks a question that only `yes` answers with yes. Whoever ends the input says no. */
export async function confirm({ input, output }: Terminal, question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input, output });
  try {
    return await new Promise((resolve) => {
      lines.question(`${question} Type yes to go on: `, (answer) => resolve(answer.trim() === "yes"));
      lines.once("SIGINT", () => lines.close());
      lines.once("close", () => {
        output.write("\n");
        resolve(false);
      });
    });
  } finally {
    lines.removeAllListeners("close");
    lines.close();
    input.pause();
  }
}
