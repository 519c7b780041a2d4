/** Narrow enough for any terminal that people read in. */
const COLUMNS = 78;

/**
 * Breaks a text into lines of at most 78 characters, between words.
 *
 * @param first what the first line begins with.
 * @param further what all others begin with.
 */
export function wrapped(text: string, first = "", further = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const isFresh = line === first || line === further;
    if (!isFresh && line.length + word.length + 1 > COLUMNS) {
      lines.push(line);
      line = further + word;
    } else line += isFresh ? word : ` ${word}`;
  }
  return [...lines, line];
}
