import { BOX_OCTETS, boxOf, type EpochKey, headWeekOf, makeBlocks, makeFrame } from "@sotto/wire";
import type { ReportState } from "../../client/report/state.ts";
import { wireValue } from "../../client/report/values.ts";
import { planReport } from "../../client/sender/reportplan.ts";
import type { Dice } from "../../test/e2e/dice.ts";
import type { Program, Sealing } from "../population/sealing.ts";
import { type Life, saidOn } from "./life.ts";
import type { Project, ProjectReport } from "./projects.ts";

/** What is inside a frame, and what is true of it: a frame here is as good as sealed. */
export interface Told {
  /** What a box would hold, 66 octets. */
  readonly block: Uint8Array;
  /** Whom it is sealed for; null for nobody, which is junk. */
  readonly publicKey: Uint8Array | null;
  /** Of whom it is; null for a false report. */
  readonly truth: Truth | null;
  /** False for a CI job that was not drawn: nothing is sent, but its way is followed, to know how many would have been heard. */
  readonly isDrawn: boolean;
}

/** What is true of a report. */
export interface Truth {
  /** Number of the installation within its lot. */
  readonly owner: number;
  readonly window: number;
  readonly life: Life;
  /** By field, as decoders write values, also what was not drawn to be told. */
  readonly values: ReadonlyMap<string, string>;
}

/** Boxes that can be told apart, though nothing is encrypted: where an ephemeral key would be stands their number. */
export class Boxes {
  readonly #lot: number;
  readonly #told: Told[] = [];

  /** @param lot no other may have the same number. */
  constructor(lot: number) {
    this.#lot = lot;
  }

  /** A frame of a day; what its box would hold is kept beside it. */
  make(day: number, told: Told): Uint8Array {
    const number = this.#told.push(told) - 1;
    const box = Buffer.alloc(BOX_OCTETS);
    box.writeUInt32BE(this.#lot, 0);
    box.writeUInt32BE(number, NUMBER_AT);
    return makeFrame(headWeekOf(day), number % 2 ** 24, box);
  }

  /** What a frame of {@link make} holds. */
  in(frame: Uint8Array): Told | undefined {
    return this.#told[Buffer.from(boxOf(frame)).readUInt32BE(NUMBER_AT)];
  }

  /** The same, by what a decoder keeps of it. @param ephemeral the first octets of the box in hexadecimal. */
  of(ephemeral: string): Told | undefined {
    return this.#told[Number.parseInt(ephemeral.slice(2 * NUMBER_AT, 2 * NUMBER_AT + 8), 16)];
  }
}

/** Where in a box its number stands. */
const NUMBER_AT = 4;

/** What an installation's program is made with. */
export interface Telling {
  readonly project: Project;
  readonly weeks: number;
  /** Those that the program of this installation knows on a day. */
  keysOn(day: number): readonly EpochKey[];
  readonly boxes: Boxes;
  readonly owner: number;
  readonly life: Life;
}

/**
 * The program of an installation. Which window, which key, whether it is drawn, what is blurred and what the text says
 * is decided by the client's own plan of a report; then the text is cut into blocks, and not encrypted.
 */
export function programOf(telling: Telling): Program<ProjectReport, Told> {
  const { project } = telling;
  return { reports: [project.report], seal: (report, state, day, dice) => sealed(telling, report, state, day, dice) };
}

/** Kinds of fields whose figures are not compared with the truth, or are by other means. */
const APART: readonly string[] = ["version", "runner", "age"];

/** What is true of the fields of an installation on a day, as decoders write it; fields without an answer apart. */
export function truthsOn(project: Project, life: Life, day: number, weeks: number): Map<string, string> {
  const said = saidOn(project, life, day, weeks);
  const facts = { runner: life.runner, age: 1 as const, platform: life.traits.platform, session: null };
  const truths = new Map<string, string>();
  for (const field of project.report.definition.fields) {
    if (field.kind === "counter" || APART.includes(field.kind)) continue;
    const value = wireValue(field, said[field.name], facts);
    if (value !== null) truths.set(field.name, String(value));
  }
  return truths;
}

function sealed(telling: Telling, report: ProjectReport, state: ReportState, day: number, dice: Dice): Sealing<Told> {
  const { project, life, weeks, owner, boxes } = telling;
  const random = (length: number) => dice.octets(length);
  const names = allFields(report);
  const due = { id: "", day, runner: life.runner, platform: life.traits.platform, session: null };
  const plan = planReport(
    {
      definition: { keys: telling.keysOn(day), ciSample: project.ciSample },
      report: report.definition,
      due: { ...due, values: saidOn(project, life, day, weeks) },
      state,
      firstDay: life.firstDay,
      granted: names,
      collected: names,
    },
    random,
  );
  if (plan.type === "none" || plan.type === "keyless") return { frames: [], state };
  const window = plan.state.reported.at(-1) ?? 0;
  const truth = { owner, window, life, values: truthsOn(project, life, day, weeks) };
  const isDrawn = plan.type === "sealed";
  const blocks = isDrawn ? makeBlocks(Buffer.from(plan.text), day, random) : [new Uint8Array()];
  const message = random(8);
  const frames = blocks.map((block, part) => {
    const told = { block, publicKey: isDrawn ? plan.publicKey : null, truth, isDrawn };
    const frame = boxes.make(day, told);
    return { content: told, frame, day, message: Buffer.from(message).toString("hex"), part, parts: blocks.length };
  });
  return { frames, state: plan.state };
}

const FIELDS = new WeakMap<ProjectReport, ReadonlySet<string>>();

function allFields(report: ProjectReport): ReadonlySet<string> {
  const known = FIELDS.get(report) ?? new Set(report.definition.fields.map(({ name }) => name));
  FIELDS.set(report, known);
  return known;
}
