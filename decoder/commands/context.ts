import type { Definition } from "@sotto/wire";
import type { RecordStore } from "../store/contract.ts";

/** What a command that answers has to do with the world, files that it writes apart. */
export interface Context {
  /** Opens a store of records to read it. */
  openStore(path: string): Promise<RecordStore>;
  /** Reads a report definition. */
  definition(path: string): Promise<Definition>;
  /** What the command is run for, to standard output. It ends its lines itself. */
  write(text: string): Promise<void>;
  /** What a person should know besides, a line on standard error. */
  note(text: string): void;
  /** The terminal that standard output is; null where it is none. */
  readonly screen: { readonly columns: number; readonly colours: boolean } | null;
  /** Asks a person; null where nobody can be asked. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** Resolves when somebody wants a server to end. */
  stopped(): Promise<void>;
}
