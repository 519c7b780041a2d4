import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters, styleText } from "node:util";
import { paragraph } from "../../decoder/terminal/paragraph.ts";

type Style = Parameters<typeof styleText>[0];

/** Every terminal has room for it. */
const COLUMNS = 78;

/** Styled where the terminal shows it, plain where NO_COLOR is set or a file is written. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** The heading of a step. */
export function step(number: number, of: number, title: string): void {
  const text = `${number} of ${of}  ${title} `;
  say(`\n${paint("bold", text)}${paint("dim", "─".repeat(COLUMNS - text.length))}`);
}

/** What is to be known of a step, broken into lines. */
export function tell(text: string): void {
  say(paragraph(text, COLUMNS));
}

/** A line of a list: what it is of, then what there is, with further lines below. */
export function fact(label: string, style: Style, ...lines: readonly string[]): void {
  for (const [at, line] of lines.entries()) say(`  ${(at === 0 ? label : "").padEnd(LABEL)}${paint(style, line)}`);
}

/** Room for labels. */
const LABEL = 13;

/** Waits until a moment (Unix seconds), counting down where somebody watches. */
export async function waitUntil(moment: number, what: string): Promise<void> {
  for (;;) {
    const left = moment - Date.now() / 1000;
    if (left <= 0) break;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K  ${paint("dim", `${what}: ${Math.ceil(left)} s`)}`);
    await sleep(Math.min(left * 1000 + 5, 1000));
  }
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
}

/** Lays rows out in columns; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ""))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const gap = " ".repeat((widths[column] ?? 0) - width(cell));
        return column === 0 ? cell + gap : gap + cell;
      })
      .join("  ");
  const rule = widths.map((size) => "─".repeat(size)).join("──");
  return [line(head), rule, ...rows.map(line)].map((text) => `  ${text}`).join("\n");
}
