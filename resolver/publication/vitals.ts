/** Why a server is not ready, for a monitor to tell apart. No text of an error: it may hold a path or an address. */
export type Unready = "starting" | "storage" | "maintenance" | "stopping";

/** Whether reports can be stored, sealed and published. */
export type Readiness = { readonly ok: true } | { readonly ok: false; readonly reason: Unready };

/** What a zone's log holds. Of sealed files only: the size of an open journal would tell of every report when it comes. */
export interface LogSize {
  readonly zone: string;
  /** Segments that can be fetched now. */
  readonly segments: number;
  readonly segmentOctets: number;
  /** Frames of ended buckets that wait for their minimum batch. */
  readonly heldFrames: number;
  /** Octets that the zone's log may take. */
  readonly diskBudget: number;
}

/** How the server is, asked when somebody looks. */
export interface Vitals {
  ready(): Readiness | Promise<Readiness>;
  logs(): readonly LogSize[];
}
