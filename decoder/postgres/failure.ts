import { SottoError, tellableAnswer } from "@sotto/wire";
import pg from "pg";
import { StoreError } from "../errors.ts";

/** SQLSTATEs by which the code here goes (PostgreSQL's manual, appendix A). */
export const SQLSTATE = {
  insufficientPrivilege: "42501",
  lockNotAvailable: "55P03",
  undefinedColumn: "42703",
} as const;

/** Classes of SQLSTATE that refuse a login: invalid authorization, no such database. */
const LOGIN = /^(28|3D)/;

/** Classes that end a session or keep one from being made: connection exceptions, shutdown, too many connections, read-only. */
const UNREACHABLE = /^(08|57P|53300|25P03|25006)/;

/** What pg threw, as it may be told: its own errors carry addresses and, by way of the connection string, passwords. */
export interface Failure {
  /** Whether it is the server's answer; else there was none. */
  readonly isAnswer: boolean;
  /** SQLSTATE, the system's code, or empty. */
  readonly state: string;
  readonly told: string;
}

/** @param secrets that may not be told. */
export function failureOf(error: unknown, secrets: readonly string[]): Failure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const state = typeof code === "string" ? code : "";
  const isAnswer = error instanceof pg.DatabaseError;
  // The system's message names addresses; its code says the same.
  const told = isAnswer || state === "" ? String(message ?? "").split("\n")[0] : state;
  return { isAnswer, state, told: tellableAnswer(told ?? "", secrets) };
}

/** A store's database did not do what was asked. */
export class StoreDatabaseError extends StoreError {
  /** SQLSTATE, the system's code, or empty. */
  readonly state: string;

  constructor(code: string, message: string, state: string) {
    super(code, message);
    this.state = state;
  }
}

/** What went wrong with a store's database, in one line. */
export function storeFailed(error: unknown, secrets: readonly string[]): Error {
  if (error instanceof SottoError) return error;
  const { isAnswer, state, told } = failureOf(error, secrets);
  if (!isAnswer) {
    return new StoreDatabaseError("SOTTO_STORE_UNREACHABLE", `the store's database cannot be reached: ${told}`, state);
  }
  if (LOGIN.test(state)) {
    return new StoreDatabaseError("SOTTO_STORE_LOGIN", `the store's database refuses the login: ${told}`, state);
  }
  if (UNREACHABLE.test(state)) {
    return new StoreDatabaseError("SOTTO_STORE_UNREACHABLE", `the store's database cannot serve: ${told}`, state);
  }
  return new StoreDatabaseError("SOTTO_STORE_DATABASE", `the store's database failed: ${told} (${state})`, state);
}

/** Whether an error is the database's answer of this kind. */
export function isState(error: unknown, state: string): boolean {
  return error instanceof StoreDatabaseError && error.state === state;
}
