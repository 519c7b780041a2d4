import { changeOf, hasParts, shareOf } from "../answers/change.ts";
import type { Breakdown, BreakdownRow, WindowAnswer } from "../answers/model.ts";
import { type Picture, pictureOf } from "../answers/picture.ts";
import { grouped, percent, shortDate, signed } from "../answers/wording.ts";
import { bar, sparkline } from "./blocks.ts";
import type { Ink } from "./ink.ts";

/** Rows of single values: a screen holds several tables. */
const MAX_ROWS = 8;

const INDENT = "  ";
const MIN_LABEL = 12;
const MAX_LABEL = 30;
const MAX_SPARKLINE = 24;
const MIN_BAR = 6;

/** `100.0 %`, `+183.4 %` */
const PERCENT_WIDTH = 8;

/** Where a table stands. */
export interface TableSetting {
  readonly width: number;
  readonly ink: Ink;
}

/** A row's cells, as text without colours. */
interface Cells {
  readonly label: string;
  readonly course: string;
  readonly number: string;
  readonly margin: string;
  readonly part: number;
  readonly share: string;
  readonly change: string;
}

/**
 * Draws a table for a terminal: of each row its course over the windows, its last figure with its margin, a bar, its
 * share and how that changed.
 *
 * @returns lines; none when it has no figures.
 */
export function tableText(table: Breakdown, { width, ink }: TableSetting): string[] {
  const picture = pictureOf(table, MAX_ROWS);
  if (picture === null) return [];
  const room = Math.min(MAX_SPARKLINE, Math.max(8, Math.floor(width / 6)));
  const rows = picture.rows.map((row) => cellsOf(table, row, picture, room));
  const widest = (cell: (cells: Cells) => string) => Math.max(0, ...rows.map((cells) => cell(cells).length));
  const number = widest((cells) => cells.number);
  const margin = widest((cells) => cells.margin);
  const hasShares = hasParts(table);
  const fixed = INDENT.length + number + (margin > 0 ? margin + 1 : 0) + 4 + (hasShares ? 2 : 1) * (PERCENT_WIDTH + 1);
  const wanted = Math.min(
    MAX_LABEL,
    widest((cells) => cells.label),
  );
  const curve = widest((cells) => cells.course) + 2;
  // Where there is little room, courses go first, then the ends of labels.
  const course = width - fixed - wanted - curve >= MIN_BAR ? curve : 0;
  const label = Math.max(MIN_LABEL, Math.min(wanted, width - fixed - course - MIN_BAR));
  const barWidth = Math.max(MIN_BAR, width - fixed - course - label);
  return rows.map((cells) => {
    const drawn = bar(cells.part, barWidth);
    const pieces = [
      `${INDENT}${cut(cells.label, label).padEnd(label)}  `,
      course === 0 ? "" : `${ink.soft(cells.course)}${" ".repeat(course - cells.course.length)}`,
      cells.number.padStart(number),
      margin > 0 ? ` ${ink.soft(cells.margin.padEnd(margin))}` : "",
      `  ${ink.accent(drawn)}${" ".repeat(barWidth - drawn.length)}`,
      hasShares ? ` ${cells.share.padStart(PERCENT_WIDTH)}` : "",
      ` ${ink.soft(cells.change.padStart(PERCENT_WIDTH))}`,
    ];
    return pieces.join("").trimEnd();
  });
}

/** Says which window the figures of a table are of, and what its last column compares with. */
export function tableHead(table: Breakdown, windows: readonly WindowAnswer[], kind: "week" | "day"): string {
  const picture = pictureOf(table, MAX_ROWS);
  if (picture === null) return "";
  const at = windows[picture.at];
  const first = picture.rows.flatMap((row) => changeOf(table, row, picture)?.since ?? [])[0];
  const since = first === undefined ? "" : `, change since ${shortDate(windows[first]?.from ?? "")}`;
  const of = kind === "week" ? "the week of " : "";
  return `${of}${shortDate(at?.from ?? "")}${since}`;
}

function cellsOf(table: Breakdown, row: BreakdownRow, picture: Picture, room: number): Cells {
  const figure = row.figures[picture.at];
  const share = shareOf(table, row, picture.at);
  const greatest = Math.max(...picture.rows.map(({ figures }) => figures[picture.at]?.bar ?? 0));
  const change = changeOf(table, row, picture);
  const unit = !hasParts(table) ? "\u00a0%" : "";
  return {
    label: row.label,
    course: sparkline(
      row.figures.slice(0, picture.at + 1).map((each) => each?.bar ?? null),
      room,
    ),
    number: figure == null ? "·" : grouped(figure.value),
    margin: figure == null || figure.margin === 0 ? "" : `±${grouped(figure.margin)}`,
    part: figure == null || greatest === 0 ? 0 : figure.bar / (table.totals === null ? greatest : picture.whole),
    share: share === null ? "" : percent(share),
    change: change === null ? "" : `${signed(change.by)}${unit}`,
  };
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
