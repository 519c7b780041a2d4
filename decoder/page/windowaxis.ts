import type { WindowAnswer } from "../answers/model.ts";
import { shortDate } from "../answers/wording.ts";
import { type Html, html } from "./html.ts";

/** Width of what is drawn across the windows, in units of its own: it is stretched to the page's. */
export const AXIS_UNITS = 1000;

/** Labels below at most. */
const MAX_TICKS = 6;

/** Where the middle of a window is, in units; of a single one in the middle. */
export function unitsAt(at: number, windows: number): number {
  return windows < 2 ? AXIS_UNITS / 2 : (at / (windows - 1)) * AXIS_UNITS;
}

/** Labels of some windows, evenly apart, the last one among them. On narrow screens every other stays away. */
export function axisLabels(windows: readonly WindowAnswer[], top: number): Html[] {
  const step = Math.max(1, Math.ceil(windows.length / MAX_TICKS));
  const shown = windows
    .map((window, at) => ({ window, at }))
    .filter(({ at }) => (windows.length - 1 - at) % step === 0);
  return shown.map(({ window, at }, index) => {
    const x = `${round(unitsAt(at, windows.length) / (AXIS_UNITS / 100))}%`;
    const anchor = windows.length < 2 ? "middle" : at === 0 ? "start" : at === windows.length - 1 ? "end" : "middle";
    const kind = (shown.length - 1 - index) % 2 === 0 ? "tick" : "tick wide";
    return html`<line class="${kind}" x1="${x}" x2="${x}" y1="${top}" y2="${top + 5}"/><text class="${kind}" x="${x}" y="${top + 22}" text-anchor="${anchor}">${shortDate(window.from)}</text>
`;
  });
}

export function round(number: number): number {
  return Math.round(number * 100) / 100;
}
