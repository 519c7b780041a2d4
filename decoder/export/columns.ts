import { type Field, OTHER, type ReportDefinition } from "@sotto/wire";
import type { Value } from "../checking/fieldcheck.ts";
import type { ExportRow } from "./row.ts";

/** What a cell of a table holds. */
export type ExportCell = string | number | boolean | null;

/** What the cells of a column are; null may be among them. A day is days since 1970-01-01 UTC. */
export type ExportColumnType = "day" | "text" | "integer" | "boolean";

/** A column of a table. */
export interface ExportColumn {
  readonly name: string;
  readonly type: ExportColumnType;
  of(row: ExportRow): ExportCell;
}

/** The columns that say of a record what it is. The others say what is in it. */
const FIXED: readonly ExportColumn[] = [
  { name: "day", type: "day", of: ({ day }) => day },
  { name: "window", type: "day", of: ({ window }) => window },
  { name: "report", type: "text", of: ({ report }) => report },
  { name: "key", type: "text", of: ({ key }) => key },
  { name: "session", type: "text", of: ({ session }) => session },
  { name: "rejected", type: "text", of: ({ rejected }) => rejected },
  { name: "text", type: "text", of: ({ text }) => text },
];

/** Columns that are there only when some row has something in them. */
const WHERE_USED = new Set(["session", "rejected", "text"]);

/** A place in what records say: a field, and of a counter by value, which one. */
interface Place {
  readonly field: string;
  readonly value: string | null;
}

/**
 * Finds the columns of a table: those that every table has, and one for each field, or value of a counter. Fields are in
 * the order of the definition; those that it has no more, and records still tell of, come after them by name.
 */
export class Columns {
  readonly #places = new Map<string, Place>();
  readonly #types = new Map<string, ExportColumnType>();
  readonly #declared = new Set<string>();
  readonly #used = new Set<string>();
  #changes = 0;

  /** @param reports those of the definition that are exported. */
  constructor(reports: readonly ReportDefinition[]) {
    for (const field of reports.flatMap(({ fields }) => fields)) {
      if (field.kind !== "session") for (const place of placesOf(field)) this.#add(place, typeOf(field), true);
    }
  }

  /**
   * Takes a row into account.
   *
   * @returns whether that changed the columns.
   */
  add(row: ExportRow): boolean {
    const before = this.#changes;
    for (const { name, of } of FIXED) {
      if (of(row) === null || this.#used.has(name)) continue;
      this.#used.add(name);
      this.#changes++;
    }
    for (const [field, value] of row.values ?? []) {
      if (typeof value !== "object") this.#add({ field, value: null }, typeOfValue(value), false);
      else for (const name of Object.keys(value)) this.#add({ field, value: name }, "integer", false);
    }
    return this.#changes > before;
  }

  /** The columns for the rows that were added. */
  list(): ExportColumn[] {
    const keys = [...this.#places.keys()];
    const undeclared = keys.filter((key) => !this.#declared.has(key)).sort();
    const fixed = FIXED.filter(({ name }) => !WHERE_USED.has(name) || this.#used.has(name));
    const values = [...this.#declared, ...undeclared].map((key): ExportColumn => {
      const place = this.#places.get(key) as Place;
      return { name: nameOf(place), type: this.#types.get(key) as ExportColumnType, of: (row) => cellOf(row, place) };
    });
    return [...fixed, ...values];
  }

  #add(place: Place, type: ExportColumnType, isDeclared: boolean): void {
    const key = `${place.field} ${place.value ?? ""}`;
    const known = this.#types.get(key);
    // Two reports may each have a field of this name, of different kinds.
    const common = known === undefined || known === type ? type : "text";
    if (common !== known) this.#changes++;
    this.#places.set(key, place);
    this.#types.set(key, common);
    if (isDeclared) this.#declared.add(key);
  }
}

function placesOf(field: Field): Place[] {
  if (field.kind !== "counter" || field.values === undefined) return [{ field: field.name, value: null }];
  return [...field.values, OTHER].map((value) => ({ field: field.name, value }));
}

/** A field that is called like a column that every table has gets a longer name; fields have no dot in theirs. */
function nameOf({ field, value }: Place): string {
  const name = value === null ? field : `${field}.${value}`;
  return FIXED.some((column) => column.name === name) ? `values.${name}` : name;
}

function typeOf({ kind }: Field): ExportColumnType {
  if (kind === "boolean") return "boolean";
  return kind === "counter" || kind === "bucket" || kind === "age" ? "integer" : "text";
}

function typeOfValue(value: Value): ExportColumnType {
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? "integer" : "text";
}

/** Of a counter that a record tells of, values that it leaves out are 0. */
function cellOf({ values }: ExportRow, { field, value }: Place): ExportCell {
  const said = values?.get(field);
  if (said === undefined) return null;
  if (typeof said !== "object") return value === null ? said : null;
  return value === null ? null : (said[value] ?? 0);
}
