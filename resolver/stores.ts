import { given } from "./given.ts";
import type { FrameLog, FrameSink, SinkTarget } from "./log/contract.ts";
import { JournalFolder } from "./log/journal.ts";
import { Log, type LogOptions } from "./log/log.ts";
import type { ZoneSettings } from "./settings.ts";

/** Opens the log of a zone where its settings say that it is kept. What talks to a database is loaded only for one. */
export async function openLog(settings: ZoneSettings, options: LogOptions): Promise<FrameLog> {
  const { store, zone, data } = settings;
  if (store === undefined) return await Log.open(data, zone, settings, options);
  const { PostgresLog } = await import("./postgres/log.ts");
  const { diskBudget, clock } = options;
  return await PostgresLog.open(store, zone, settings, given({ diskBudget, clock }));
}

/** Opens what an intake stores to. */
export async function openSink(target: SinkTarget): Promise<FrameSink> {
  if (target.kind === "folder") return new JournalFolder(target.folder);
  const { PostgresSink } = await import("./postgres/sink.ts");
  return new PostgresSink(target.store, target.zone);
}
