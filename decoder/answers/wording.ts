import { dayOfDate } from "@sotto/wire";

const NUMBERS = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const EXACT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 20 });
const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  year: "numeric",
});

/** `12,345`; of what was estimated the nearest whole number. */
export function grouped(number: number): string {
  // -0.4 rounds to -0.
  return NUMBERS.format(Math.round(number) + 0);
}

/** `1 report`, `12,345 reports` */
export function countOf(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${Math.round(number) === 1 ? "" : "s"}`;
}

/** `1,087 reports`; of what was estimated `1,125 ±95 reports`. */
export function totalInWords({ value, margin }: { value: number; margin: number }, noun: string): string {
  return margin === 0 ? countOf(value, noun) : `${grouped(value)} ±${grouped(margin)} ${noun}s`;
}

/** `50.1 %`; whole ones from 99.95 on. */
export function percent(share: number): string {
  const hundred = share * 100;
  return `${hundred >= 99.95 || hundred === 0 ? Math.round(hundred) : hundred.toFixed(1)}\u00a0%`;
}

/** `+2.1`, `−0.4`, `±0`: hundredths of a whole between two shares, or of what was there before. */
export function signed(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  if (text === "0.0") return "±0";
  return `${difference < 0 ? "−" : "+"}${text}`;
}

/** A number as it stands in a definition; too long ones as programs write them. */
export function exact(number: number): string {
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e15 || size < 1e-6) ? String(number) : EXACT.format(number);
}

/** `16 Nov`, of a date such as `2026-11-16`; no line ends within it. */
export function shortDate(date: string): string {
  return DAY.format(milliseconds(date)).replaceAll(" ", "\u00a0");
}

/** `in the week of 16 Nov`, `on 16 Nov` */
export function duringWindow(from: string, window: "week" | "day"): string {
  return window === "week" ? `in the week of ${shortDate(from)}` : `on ${shortDate(from)}`;
}

/** `16 Nov 2026` */
export function longDate(date: string): string {
  return DAY_OF_YEAR.format(milliseconds(date)).replaceAll(" ", "\u00a0");
}

/** The day before a date: the last one of a window that ends there. */
export function dayBefore(date: string): string {
  return new Date(milliseconds(date) - 86_400_000).toISOString().slice(0, "2026-11-16".length);
}

/** `a, b and c` */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

function milliseconds(date: string): number {
  return (dayOfDate(date) ?? 0) * 86_400_000;
}
