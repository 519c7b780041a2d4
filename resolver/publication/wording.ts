const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

const NUMBERS = new Intl.NumberFormat("en-GB");
const SIZES = ["kB", "MB", "GB", "TB"] as const;

/** `16 Nov`; September alone has four letters. */
const DAY_CHARACTERS = 6;
const FIGURE_SPACE = "\u2007";

const inUtc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hourCycle: "h23", ...options });
const DAY = inUtc({ day: "numeric", month: "short" });
const MINUTE = inUtc({ hour: "2-digit", minute: "2-digit" });
const SECOND = inUtc({ hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A length of time as a person says it, exactly: `1 hour`, `7 days`, `3 days and 12 hours`. */
export function inWords(seconds: number): string {
  const words: string[] = [];
  let rest = seconds;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  const last = words.pop() ?? "0 seconds";
  return words.length === 0 ? last : `${words.join(", ")} and ${last}`;
}

/** A length of time after "the", "the next", "the first": `hour`, `15 minutes`. */
export function asSpan(seconds: number): string {
  return inWords(seconds).replace(/^1 /, "");
}

/** `12,345` */
export function grouped(number: number): string {
  return NUMBERS.format(number);
}

/** `1 frame`, `12,345 frames` */
export function counted(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Octets as a size in powers of 1000: `278 bytes`, `11.9 kB`. */
export function sized(octets: number): string {
  if (octets < 1000) return counted(octets, "byte");
  const power = Math.min(Math.floor(Math.log10(octets) / 3), SIZES.length);
  const value = octets / 1000 ** power;
  return `${value < 100 ? value.toFixed(1) : grouped(Math.round(value))}\u00a0${SIZES[power - 1]}`;
}

/** `16 Nov`, `\u20079 Nov`, in UTC: as wide for every day. */
export function dayOfMonth(unixSeconds: number): string {
  return DAY.format(unixSeconds * 1000).padStart(DAY_CHARACTERS, FIGURE_SPACE);
}

/** `12:00`, or `12:00:04` where seconds matter, in UTC. */
export function timeOfDay(unixSeconds: number): string {
  return (unixSeconds % 60 === 0 ? MINUTE : SECOND).format(unixSeconds * 1000);
}

/** A moment as the `time` element takes it. */
export function machineTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace(/\.000Z$/, "Z");
}
