// Over 300 lines: three formats, held to the same records in the same order.
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Field, ReportDefinition } from "@sotto/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ExportOptions, exportRecords } from "../../../decoder/export/exportrecords.ts";
import type { RecordStore, StoredMessage } from "../../../decoder/store/contract.ts";
import { duckDbPlace } from "../store/duckdbplace.ts";
import { MemoryStore } from "../store/memorystore.ts";
import { DAY, emptyOf, recordOf, rejectedOf, scanInto, segmentOf } from "../store/samples.ts";

const about = { description: "x.", reason: "x.", owner: "x", expires: 30_000 };
const field = (name: string, more: object) => ({ name, key: name.slice(0, 4), ...about, ...more }) as Field;

const WEEKLY: ReportDefinition = {
  name: "weekly",
  window: "week",
  description: "x.",
  rotate: [],
  fields: [
    field("version", { kind: "version" }),
    field("colour", { kind: "boolean" }),
    field("errors", { kind: "counter", max: 100, values: ["E_B", "E_A"] }),
    field("session", { kind: "session" }),
  ],
};
const FAILURES: ReportDefinition = {
  ...{ name: "failures", window: "day", description: "x.", rotate: [] },
  fields: [field("runs", { kind: "counter", max: 1000 }), field("day", { kind: "age" })],
};

const MESSAGES: StoredMessage[] = [
  recordOf("a", { values: '{"version":"1.2.3","colour":true,"errors":{"E_A":3}}', session: "abcd2345" }),
  recordOf("b", { day: DAY + 1, values: '{"colour":false}' }),
  recordOf("c", { day: DAY + 2, report: "failures", window: DAY + 1, values: '{"runs":17,"day":4}' }),
  recordOf("d", { day: DAY + 3, values: '{"version":"1.2.4","gone":2,"colour":true}' }),
  rejectedOf("e", "weekly.version is not a version", { day: DAY + 4, text: '{"v":"=1+1;\\u0000","x":"a\\\\;b"}' }),
  emptyOf("f", "forgotten"),
];

let folder: string;
let store: RecordStore;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-export-"));
  path = join(folder, "records");
  store = new MemoryStore();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function exported(options: Partial<ExportOptions>, messages = MESSAGES): Promise<string> {
  await scanInto(store, segmentOf("a"), { messages });
  await exportRecords(store, path, { format: "csv", reports: [WEEKLY, FAILURES], ...options });
  return await readFile(path, "utf8");
}

/** Reads a Parquet file: its columns with their types, and its rows as text. */
async function readParquet(file: string) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const { columnNames, columnTypes, rows } = await connection
    .runAndReadAll(`FROM read_parquet('${file}')`)
    .then((reader) => ({
      columnNames: reader.columnNames(),
      columnTypes: reader.columnTypes().map(String),
      rows: reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
    }));
  connection.closeSync();
  instance.closeSync();
  return { columns: columnNames.map((name, at) => `${name} ${columnTypes[at]}`), rows };
}

describe("NDJSON", () => {
  it("has an object for each record, by day, with what it says as it is", async () => {
    expect(await exported({ format: "ndjson" })).toBe(
      [
        '{"day":"2026-11-23","window":"2026-11-23","report":"weekly","key":"a1b2c3d4","session":"abcd2345","values":{"version":"1.2.3","colour":true,"errors":{"E_A":3}}}',
        '{"day":"2026-11-24","window":"2026-11-23","report":"weekly","key":"a1b2c3d4","values":{"colour":false}}',
        '{"day":"2026-11-25","window":"2026-11-24","report":"failures","key":"a1b2c3d4","values":{"runs":17,"day":4}}',
        '{"day":"2026-11-26","window":"2026-11-23","report":"weekly","key":"a1b2c3d4","values":{"version":"1.2.4","gone":2,"colour":true}}',
        "",
      ].join("\n"),
    );
  });

  it("has rejected messages when they are asked for, with the text as it was sent", async () => {
    const lines = (await exported({ format: "ndjson", rejected: true })).trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) as string)).toEqual({
      day: "2026-11-27",
      key: "a1b2c3d4",
      rejected: "weekly.version is not a version",
      text: MESSAGES[4]?.text,
    });
    expect(lines).toHaveLength(5);
  });
});

describe("CSV", () => {
  it("has a column for each field, and for each value of a counter, the definition's first", async () => {
    expect((await exported({})).split("\r\n")).toEqual([
      "day,window,report,key,session,version,colour,errors.E_B,errors.E_A,errors.other,runs,values.day,gone",
      "2026-11-23,2026-11-23,weekly,a1b2c3d4,abcd2345,1.2.3,true,0,3,0,,,",
      "2026-11-24,2026-11-23,weekly,a1b2c3d4,,,false,,,,,,",
      "2026-11-25,2026-11-24,failures,a1b2c3d4,,,,,,,17,4,",
      "2026-11-26,2026-11-23,weekly,a1b2c3d4,,1.2.4,true,,,,,,2",
      "",
    ]);
  });

  it("has the records of one report, and its columns alone", async () => {
    expect((await exported({ report: "failures" })).split("\r\n")).toEqual([
      "day,window,report,key,runs,values.day",
      "2026-11-25,2026-11-24,failures,a1b2c3d4,17,4",
      "",
    ]);
  });

  it("has rejected messages, and text as JSON that no spreadsheet takes for more than text", async () => {
    const lines = (await exported({ report: "failures", rejected: true })).split("\r\n");
    expect(lines[0]).toBe("day,window,report,key,rejected,text,runs,values.day");
    expect(lines[2]).toBe(
      '2026-11-27,,,a1b2c3d4,weekly.version is not a version,"{""v"":""=1+1\\u003b\\u0000"",""x"":""a\\\\\\u003bb""}",,',
    );
    const [, text] = /"(.*)"/.exec(lines[2] as string) as unknown as [string, string];
    expect(JSON.parse(text.replaceAll('""', '"'))).toEqual(JSON.parse(MESSAGES[4]?.text as string));
  });

  it.each([
    ["\t\r\n {}", "{}"],
    ['{"a":\t"=cmd"\r\n}', '"{""a"": ""=cmd""  }"'],
    ['{"a":";=cmd|\' /C calc\'!A0"}', '"{""a"":""\\u003b=cmd|\' /C calc\'!A0""}"'],
    ['{"a,b":";;"}', '"{""a,b"":""\\u003b\\u003b""}"'],
  ])("has the text of a record that no definition was there for: %j", async (text, cell) => {
    const bare = { report: null, window: null, values: null };
    expect((await exported({ reports: [] }, [recordOf("a", { ...bare, text })])).split("\r\n")).toEqual([
      "day,window,report,key,text",
      `2026-11-23,,,a1b2c3d4,${cell}`,
      "",
    ]);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "－1"])(
    "puts an apostrophe before what begins like a formula, though no definition allows it: %j",
    async (version) => {
      const text = await exported({ reports: [WEEKLY] }, [recordOf("a", { values: JSON.stringify({ version }) })]);
      expect(text).toMatch(/^2026-11-23,2026-11-23,weekly,a1b2c3d4,"?'/m);
      expect(text).toContain(`'${version}`);
    },
  );

  it("quotes separators of every kind", async () => {
    const version = 'a,b;c\t"d"';
    const text = await exported({ reports: [WEEKLY] }, [recordOf("a", { values: JSON.stringify({ version }) })]);
    expect(text).toContain('"a,b;c\t""d"""');
  });
});

describe("Parquet", () => {
  it("has the same columns as CSV, with types", async () => {
    await exported({ format: "parquet", rejected: true });
    const { columns, rows } = await readParquet(path);
    expect(columns).toEqual([
      ...["day DATE", "window DATE", "report VARCHAR", "key VARCHAR", "session VARCHAR", "rejected VARCHAR"],
      ...["text VARCHAR", "version VARCHAR", "colour BOOLEAN", "errors.E_B INTEGER", "errors.E_A INTEGER"],
      ...["errors.other INTEGER", "runs INTEGER", "values.day INTEGER", "gone INTEGER"],
    ]);
    const nothing = (count: number) => new Array(count).fill(null);
    expect(rows).toEqual([
      [
        "2026-11-23",
        "2026-11-23",
        "weekly",
        "a1b2c3d4",
        "abcd2345",
        null,
        null,
        "1.2.3",
        "true",
        "0",
        "3",
        "0",
        ...nothing(3),
      ],
      ["2026-11-24", "2026-11-23", "weekly", "a1b2c3d4", ...nothing(4), "false", ...nothing(6)],
      ["2026-11-25", "2026-11-24", "failures", "a1b2c3d4", ...nothing(8), "17", "4", null],
      ["2026-11-26", "2026-11-23", "weekly", "a1b2c3d4", ...nothing(3), "1.2.4", "true", ...nothing(5), "2"],
      ["2026-11-27", null, null, "a1b2c3d4", null, MESSAGES[4]?.reason, MESSAGES[4]?.text, ...nothing(8)],
    ]);
  });

  it("has fields of one name and two kinds as text, and values that differ in case apart", async () => {
    const other: ReportDefinition = {
      ...FAILURES,
      fields: [
        field("colour", { kind: "counter", max: 9 }),
        field("n", { kind: "counter", max: 9, values: ["E", "e"] }),
      ],
    };
    await exported({ format: "parquet", reports: [WEEKLY, other] }, [
      recordOf("a", { values: '{"colour":true}' }),
      recordOf("b", { day: DAY + 1, report: "failures", window: DAY, values: '{"colour":3,"n":{"E":1,"e":2}}' }),
    ]);
    const { columns, rows } = await readParquet(path);
    expect(columns.filter((column) => /^(colour|n\.)/.test(column))).toEqual([
      "colour VARCHAR",
      "n.E INTEGER",
      "n.e_1 INTEGER",
      "n.other INTEGER",
    ]);
    expect(rows.map((row) => row.slice(-3))).toEqual([
      [null, null, null],
      ["1", "2", "0"],
    ]);
    expect(rows.map((row) => row[columns.indexOf("colour VARCHAR")])).toEqual(["true", "3"]);
  });

  it("has no rows and all columns when there are no records", async () => {
    await exported({ format: "parquet" }, []);
    expect(await readParquet(path)).toMatchObject({ rows: [] });
  });
});

describe.each(["ndjson", "csv", "parquet"] as const)("an exported %s file", (format) => {
  it("is its owner's alone, and nothing else is left in its folder", async () => {
    const mask = process.umask(0);
    try {
      await exported({ format });
    } finally {
      process.umask(mask);
    }
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
    expect(await readdir(folder)).toEqual(["records"]);
  });

  it("takes the place of no other, unless it is told to", async () => {
    await writeFile(path, "mine");
    await expect(exported({ format })).rejects.toMatchObject({
      name: "ExportError",
      code: "SOTTO_EXPORT_EXISTS",
      message: `${path} is there already`,
    });
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await exported({ format, force: true })).not.toBe("mine");
    expect(await readdir(folder)).toEqual(["records"]);
  });

  it("is the same whichever store it is from, and every time", async () => {
    const place = await duckDbPlace();
    try {
      const files: Buffer[] = [];
      for (const make of [async () => new MemoryStore(), place.open, place.open] as (() => Promise<RecordStore>)[]) {
        store = await make();
        await exported({ format, force: true, rejected: true }, files.length === 1 ? MESSAGES : MESSAGES.toReversed());
        await store.close();
        files.push(await readFile(path));
      }
      expect(files[1]).toEqual(files[0]);
      expect(files[2]).toEqual(files[0]);
    } finally {
      await place.remove();
    }
  });

  it("is not made when its folder is not there, or a record is of a report that the definition has not", async () => {
    const nowhere = join(folder, "none", "records");
    const options = { format, reports: [WEEKLY, FAILURES] };
    await expect(exportRecords(store, nowhere, options)).rejects.toMatchObject({ code: "SOTTO_EXPORT_WRITE" });
    await expect(exported({ format, reports: [WEEKLY] })).rejects.toMatchObject({ code: "SOTTO_EXPORT_REPORT" });
    await expect(exported({ format, report: "none" })).rejects.toMatchObject({ code: "SOTTO_EXPORT_REPORT" });
    expect(await readdir(folder)).toEqual([]);
  });
});

it("says how many rows there are", async () => {
  await scanInto(store, segmentOf("a"), { messages: MESSAGES });
  const options = { format: "csv", reports: [WEEKLY, FAILURES], force: true } as const;
  expect(await exportRecords(store, path, options)).toBe(4);
  expect(await exportRecords(store, path, { ...options, rejected: true })).toBe(5);
  expect(await exportRecords(store, path, { ...options, report: "weekly" })).toBe(3);
});

it("replaces what a name stands for, not what it leads to", async () => {
  await writeFile(join(folder, "other"), "mine");
  await symlink(join(folder, "other"), path);
  await expect(exported({})).rejects.toMatchObject({ code: "SOTTO_EXPORT_EXISTS" });
  await exported({ force: true });
  expect(await readFile(join(folder, "other"), "utf8")).toBe("mine");
});

it("refuses a file that came meanwhile, and says when records did", async () => {
  const reading = (during: () => Promise<void>): Pick<RecordStore, "messagesIn"> => {
    let times = 0;
    return {
      async *messagesIn(states, report) {
        if (times++ === 1) await during();
        yield* store.messagesIn(states, report);
      },
    };
  };
  const options = { format: "csv", reports: [WEEKLY, FAILURES] } as const;
  const another = recordOf("new", { values: '{"new":1}' });
  const grows = reading(() => store.replace([another]));
  await expect(exportRecords(grows, path, options)).rejects.toMatchObject({ code: "SOTTO_EXPORT_CHANGED" });
  const overtaken = reading(() => writeFile(path, "theirs"));
  await expect(exportRecords(overtaken, path, options)).rejects.toMatchObject({ code: "SOTTO_EXPORT_EXISTS" });
  expect(await readFile(path, "utf8")).toBe("theirs");
  expect(await readdir(folder)).toEqual(["records"]);
});
