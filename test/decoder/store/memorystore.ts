import { StoreError } from "../../../decoder/errors.ts";
import {
  type Batch,
  type DatedId,
  type Expired,
  FRAME_FATES,
  type KnownFrame,
  MESSAGE_STATES,
  type MessageState,
  type RecordStore,
  type ScannedSegment,
  type SegmentFacts,
  type SegmentLosses,
  type SegmentScan,
  type StoredMessage,
  type StoredPart,
  type TallyQuery,
  type TallyRow,
  type WeekCounts,
} from "../../../decoder/store/contract.ts";

/** What a store holds; it outlives one that is closed. */
interface Content {
  frames: KnownFrame[];
  messages: StoredMessage[];
  parts: StoredPart[];
  segments: ScannedSegment[];
  weeks: (WeekCounts & { segment: string })[];
}

/** The contract in the plainest way, in memory: what other stores are compared with. */
export class MemoryStore implements RecordStore {
  #content: Content;
  #isScanning = false;
  #readings = 0;
  #isClosed = false;

  constructor(content: Content = { frames: [], messages: [], parts: [], segments: [], weeks: [] }) {
    this.#content = content;
  }

  /** The same store, open again. */
  reopened(): MemoryStore {
    return new MemoryStore(this.#content);
  }

  async segment(sha256: string): Promise<ScannedSegment | null> {
    return this.#here().segments.find((segment) => segment.sha256 === sha256) ?? null;
  }

  async segments(): Promise<ScannedSegment[]> {
    return [...this.#here().segments].sort((a, b) => a.start - b.start || a.end - b.end || octets(a.sha256, b.sha256));
  }

  async scan(facts: SegmentFacts): Promise<SegmentScan> {
    const draft = structuredClone(this.#here());
    this.#refuse(this.#isScanning);
    this.#isScanning = true;
    const pass = (draft.segments.find(({ sha256 }) => sha256 === facts.sha256)?.pass ?? 0) + 1;
    let isOver = false;
    const open = () => {
      if (isOver || this.#isClosed) throw new StoreError("SOTTO_STORE_CLOSED", "over");
      return draft;
    };
    const end = () => {
      isOver = true;
      this.#isScanning = false;
    };
    return {
      pass,
      knownFrames: async (ids) => byId(wanted(open().frames, ids)),
      messages: async (ids) => byId(wanted(open().messages, ids)),
      parts: async (ids) => {
        const found = open().parts.filter(({ message, day }) => ids.some((id) => id.id === message && id.day === day));
        return found.sort((a, b) => octets(a.message, b.message) || a.index - b.index || octets(a.frame, b.frame));
      },
      put: async ({ frames, messages, parts }: Batch) => {
        open();
        const known = frames.map((frame) => ({ ...frame, segment: facts.sha256, pass }));
        draft.frames = replaced(draft.frames, known, ({ id }) => id);
        draft.messages = replaced(draft.messages, messages, ({ id }) => id);
        draft.parts = replaced(draft.parts, parts, ({ frame }) => frame);
      },
      commit: async (tried, weeks) => {
        open();
        const own = weeks.map((counts) => ({ ...counts, segment: facts.sha256 }));
        draft.weeks = replaced(draft.weeks, own, ({ segment, week }) => `${segment} ${week}`);
        const scanned = { ...facts, tried: [...new Set(tried)].sort(), pass };
        draft.segments = replaced(draft.segments, [scanned], ({ sha256 }) => sha256);
        this.#content = draft;
        end();
      },
      abandon: async () => {
        if (!isOver) end();
      },
    };
  }

  async *messagesIn(states: readonly MessageState[], report?: string): AsyncGenerator<StoredMessage[]> {
    const messages = this.#here().messages.filter(
      (message) => states.includes(message.state) && (report === undefined || message.report === report),
    );
    yield* this.#reading(messages.sort((a, b) => a.day - b.day || octets(a.id, b.id)));
  }

  async replace(messages: readonly StoredMessage[]): Promise<void> {
    const content = this.#here();
    this.#refuse(this.#isScanning);
    this.#content = { ...content, messages: replaced(content.messages, messages, ({ id }) => id) };
  }

  async windows(report: string): Promise<{ first: number; last: number } | null> {
    const windows = this.#records({ report, from: -Infinity, until: Infinity }).map(({ window }) => window as number);
    return windows.length === 0 ? null : { first: Math.min(...windows), last: Math.max(...windows) };
  }

  async *tally(query: TallyQuery): AsyncGenerator<TallyRow[]> {
    const rows: { window: number; values: string; count: number }[] = [];
    for (const { window, values } of this.#records(query)) {
      const row = rows.find((other) => other.window === window && other.values === values);
      if (row === undefined) rows.push({ window: window as number, values: values as string, count: 1 });
      else row.count++;
    }
    yield* this.#reading(rows.sort((a, b) => a.window - b.window || octets(a.values, b.values)));
  }

  async sessions(query: TallyQuery): Promise<Map<number, number>> {
    const sessions = new Map<number, Set<string>>();
    for (const { window, session } of this.#records(query).sort(
      (a, b) => (a.window as number) - (b.window as number),
    )) {
      if (session === null) continue;
      sessions.set(window as number, (sessions.get(window as number) ?? new Set()).add(session));
    }
    return new Map([...sessions].map(([window, { size }]) => [window, size]));
  }

  async rejections(): Promise<{ reason: string; count: number }[]> {
    const counts = new Map<string, number>();
    for (const { state, reason } of this.#here().messages) {
      if (state === "rejected" && reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    const reasons = [...counts].map(([reason, count]) => ({ reason, count }));
    return reasons.sort((a, b) => b.count - a.count || octets(a.reason, b.reason));
  }

  async losses(): Promise<SegmentLosses[]> {
    const { weeks, messages } = this.#here();
    return (await this.segments()).map(({ tried: _tried, pass: _pass, ...facts }) => {
      const own = weeks.filter(({ segment }) => segment === facts.sha256);
      const ended = messages.filter(({ segment }) => segment === facts.sha256);
      return {
        ...facts,
        frames: countBy(FRAME_FATES, (fate) => own.reduce((sum, { counts }) => sum + counts[fate], 0)),
        messages: countBy(MESSAGE_STATES, (state) => ended.filter((message) => message.state === state).length),
      };
    });
  }

  async framesById(ids: readonly string[]): Promise<Map<string, KnownFrame>> {
    return byId(this.#here().frames.filter(({ id }) => ids.includes(id)));
  }

  async forget(ids: readonly string[]): Promise<number> {
    const content = this.#here();
    this.#refuse(this.#isScanning || this.#readings > 0);
    const forgotten = content.messages.filter(({ id, state }) => ids.includes(id) && state !== "forgotten");
    const nothing = { text: null, reason: null, report: null, window: null, values: null, session: null };
    this.#content = {
      ...content,
      messages: replaced(
        content.messages,
        forgotten.map((message) => ({ ...message, ...nothing, state: "forgotten" })),
        ({ id }) => id,
      ),
      parts: content.parts.filter(({ message }) => !ids.includes(message)),
    };
    return forgotten.length;
  }

  async expire({ recordsBefore, segmentsBefore, retired }: Parameters<RecordStore["expire"]>[0]): Promise<Expired> {
    const content = this.#here();
    this.#refuse(this.#isScanning || this.#readings > 0);
    const isOver = (sha256: string) => {
      return content.segments.some((segment) => segment.sha256 === sha256 && segment.end < segmentsBefore);
    };
    const stays = ({ state, day, segment, key }: StoredMessage) => {
      if (state === "forgotten") return !retired.has(key);
      if (state === "incomplete" || state === "void") return !isOver(segment);
      return recordsBefore === null || day >= recordsBefore;
    };
    const messages = content.messages.filter(stays);
    const isThere = (message: string | null) => messages.some(({ id }) => id === message);
    const parts = content.parts.filter(({ message }) => isThere(message));
    const frames = content.frames.filter(({ message, segment }) => isThere(message) || !isOver(segment));
    this.#content = { ...content, messages, parts, frames };
    return {
      messages: content.messages.length - messages.length,
      parts: content.parts.length - parts.length,
      frames: content.frames.length - frames.length,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  async *#reading<T>(rows: T[]): AsyncGenerator<T[]> {
    this.#readings++;
    try {
      for (const row of rows) {
        yield [structuredClone(row)];
        this.#here();
      }
    } finally {
      this.#readings--;
    }
  }

  #records({ report, from, until }: TallyQuery): StoredMessage[] {
    return this.#here().messages.filter(({ state, window, ...message }) => {
      return state === "record" && message.report === report && window !== null && window >= from && window < until;
    });
  }

  #here(): Content {
    if (this.#isClosed) throw new StoreError("SOTTO_STORE_CLOSED", "closed");
    return this.#content;
  }

  #refuse(isBusy: boolean): void {
    if (isBusy) throw new StoreError("SOTTO_STORE_BUSY", "busy");
  }
}

function wanted<T extends DatedId>(rows: readonly T[], ids: readonly DatedId[]): T[] {
  const keys = new Set(ids.map(({ day, id }) => `${day} ${id}`));
  return rows.filter(({ day, id }) => keys.has(`${day} ${id}`));
}

function replaced<T>(old: readonly T[], fresh: readonly T[], key: (row: T) => string): T[] {
  const keys = new Set(fresh.map(key));
  return [...old.filter((row) => !keys.has(key(row))), ...fresh];
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function countBy<Name extends string>(names: readonly Name[], count: (name: Name) => number): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>;
}

function octets(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
