import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { lossesOf } from "../answers/losses.ts";
import type { JumpAnswer } from "../answers/model.ts";
import { noFrames } from "../ledger/counts.ts";
import { FRAME_FATES, MESSAGE_STATES, type MessageState, type SegmentLosses } from "../store/contract.ts";
import type { Context } from "./context.ts";
import { count, debugOption, storeOption } from "./option.ts";
import { formatMoment } from "./sources.ts";
import { formatTable } from "./table.ts";

/** Segments that are shown unless all are asked for: two days of hours. */
const SHOWN_SEGMENTS = 48;

interface LossesFlags {
  readonly store: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds `sotto-decoder losses`. */
export function register(program: Command, context: Context): void {
  program
    .command("losses")
    .description("show by segment what was not counted and why, and which segments stand out")
    .option("--all", `show every segment, not only the last ${SHOWN_SEGMENTS} and those that stand out`)
    .option("--json", "print everything as JSON")
    .addOption(storeOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Frames are foreign (other projects', or junk), pending (their key is not here), without a key, " +
            "or ours: malformed, late, future, of an unknown kind, copies, or taken. Messages are records, " +
            "rejected by the definition, incomplete, malformed, void (two different parts for one place) or " +
            "forgotten. A segment marked with ! has far more of something than the segments before it.",
        ],
        exit: "0 shown, 1 not, 2 wrong usage",
        examples: ["sotto-decoder losses --all"],
      }),
    )
    .action((flags: LossesFlags) => run(flags, context));
}

async function run({ store: path, all, json }: LossesFlags, context: Context): Promise<void> {
  const store = await context.openStore(path);
  try {
    const segments = await store.losses();
    const rejections = await store.rejections();
    const { jumps } = lossesOf(segments);
    const totals = totalsOf(segments);
    if (json === true) {
      await context.write(`${JSON.stringify({ totals, rejections, jumps, segments }, null, 2)}\n`);
      return;
    }
    await context.write(`${formatTotals(segments.length, totals)}\n`);
    if (rejections.length > 0) {
      const rows = rejections.map(({ reason, count: number }) => [number.toLocaleString("en-US"), reason]);
      await context.write(`\n${formatTable(["rejected", "why"], rows)}\n`);
    }
    const shown = segments.filter((segment, index) => {
      return all === true || index >= segments.length - SHOWN_SEGMENTS || jumps.some((jump) => isOf(jump, segment));
    });
    if (shown.length > 0) await context.write(`\n${formatSegments(shown, jumps)}\n`);
    const hidden = segments.length - shown.length;
    if (hidden > 0) await context.write(`\n${count(hidden, "earlier segment")} not shown; --all shows every one\n`);
    for (const jump of jumps) await context.write(`${formatJump(jump)}\n`);
  } finally {
    await store.close();
  }
}

/** Frames by what became of them; messages as `messages`, since both can be malformed. */
function totalsOf(segments: readonly SegmentLosses[]) {
  const frames = noFrames();
  const messages = Object.fromEntries(MESSAGE_STATES.map((state) => [state, 0])) as Record<MessageState, number>;
  for (const segment of segments) {
    for (const fate of FRAME_FATES) frames[fate] += segment.frames[fate];
    for (const state of MESSAGE_STATES) messages[state] += segment.messages[state];
  }
  return { ...frames, messages };
}

function formatTotals(segments: number, { messages, ...frames }: ReturnType<typeof totalsOf>): string {
  const row = (what: string, numbers: Readonly<Record<string, number>>) => [
    what,
    ...Object.entries(numbers).map(([name, number]) => `${number.toLocaleString("en-US")} ${name}`),
  ];
  const [first, ...ours] = [row("frames", frames), row("messages", messages)];
  return [
    count(segments, "segment"),
    ...[first ?? [], ...ours].map(([what, ...parts]) => `${what}: ${parts.join(", ")}`),
  ].join("\n");
}

function formatSegments(segments: readonly SegmentLosses[], jumps: readonly JumpAnswer[]): string {
  const states = MESSAGE_STATES.filter((state) => segments.some(({ messages }) => messages[state] > 0));
  const fates = FRAME_FATES.filter((fate) => fate !== "taken" && segments.some(({ frames }) => frames[fate] > 0));
  const rows = segments.map((segment) => [
    jumps.some((jump) => isOf(jump, segment)) ? "!" : "",
    formatMoment(segment.start),
    formatMoment(segment.end),
    String(segment.count),
    ...states.map((state) => String(segment.messages[state])),
    ...fates.map((fate) => String(segment.frames[fate])),
  ]);
  return formatTable(["", "from", "to", "frames", ...states, ...fates.map((fate) => `(${fate})`)], rows);
}

function formatJump({ start, reason, count: number, usual }: JumpAnswer): string {
  return `! ${formatMoment(start)}: ${number.toLocaleString("en-US")} ${reason}, usually about ${Math.round(usual).toLocaleString("en-US")}`;
}

function isOf(jump: JumpAnswer, segment: SegmentLosses): boolean {
  return jump.start === segment.start && jump.end === segment.end;
}
