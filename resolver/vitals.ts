import type { Clock } from "./log/clock.ts";
import type { FrameLog } from "./log/contract.ts";
import type { LogSize, Readiness, Vitals } from "./publication/vitals.ts";
import type { ZoneSettings } from "./settings.ts";

/** How a server is: its state, whether its storage takes writes, whether maintenance works, how large its logs are. */
export class ServerVitals implements Vitals {
  state: "starting" | "serving" | "stopping" = "starting";
  maintenanceFails = false;
  readonly #zones: readonly ZoneSettings[];
  readonly #logs: readonly FrameLog[];
  readonly #clock: Clock;

  constructor(zones: readonly ZoneSettings[], logs: readonly FrameLog[], clock: Clock) {
    this.#zones = zones;
    this.#logs = logs;
    this.#clock = clock;
  }

  async ready(): Promise<Readiness> {
    if (this.state !== "serving") return { ok: false, reason: this.state };
    if (this.maintenanceFails) return { ok: false, reason: "maintenance" };
    return (await this.isStorageWritable()) ? { ok: true } : { ok: false, reason: "storage" };
  }

  async isStorageWritable(): Promise<boolean> {
    const writable = await Promise.all(this.#logs.map((log) => log.isWritable()));
    return writable.every(Boolean);
  }

  logs(): readonly LogSize[] {
    return this.#logs.map((log, index) => {
      const { heldFrames, diskBudget } = log.usage;
      const published = log.published(this.#clock());
      return {
        zone: this.#zones[index]?.zone ?? "",
        segments: published.length,
        segmentOctets: published.reduce((sum, { bytes }) => sum + bytes, 0),
        heldFrames,
        diskBudget,
      };
    });
  }
}
