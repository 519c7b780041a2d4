import { SottoError, tellableAnswer } from "@sotto/wire";
import pg from "pg";
import { StoreError } from "../errors.ts";

/** SQLSTATEs by which the code here goes (PostgreSQL's manual, appendix A). */
export const SQLSTATE = {
  /** A row for which there is no partition. */
  checkViolation: "23514",
  insufficientPrivilege: "42501",
  undefinedTable: "42P01",
  undefinedSchema: "3F000",
  lockNotAvailable: "55P03",
} as const;

/** Classes of SQLSTATE that refuse a login: invalid authorization, no such database. */
const LOGIN = /^(28|3D)/;

/** Classes that end a session or keep one from being made: connection exceptions, shutdown, too many connections, read-only. */
const UNREACHABLE = /^(08|57P|53300|25006)/;

/** A database did not do what was asked. Its text holds no password, nor what pg's own errors carry beside their message. */
export class DatabaseError extends StoreError {
  /** SQLSTATE, the system's code, or empty. */
  readonly state: string;
  /** Whether another connection may do better. */
  readonly isLost: boolean;

  constructor(code: string, message: string, state: string, isLost: boolean) {
    super(code, message);
    this.state = state;
    this.isLost = isLost;
  }
}

/**
 * What went wrong with a database in our own words, with the server's behind them.
 *
 * @param secrets that may not be told.
 */
export function databaseError(error: unknown, secrets: readonly string[]): Error {
  if (error instanceof SottoError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const state = typeof code === "string" ? code : "";
  const told = tellableAnswer(String(message ?? ""), secrets);
  if (!(error instanceof pg.DatabaseError)) {
    // The system's message names addresses; its code says the same.
    const why = state === "" ? told : state;
    return new DatabaseError("SOTTO_DATABASE_UNREACHABLE", `the database cannot be reached: ${why}`, state, true);
  }
  if (LOGIN.test(state)) {
    return new DatabaseError("SOTTO_DATABASE_LOGIN", `the database refuses the login: ${told}`, state, false);
  }
  if (UNREACHABLE.test(state)) {
    return new DatabaseError("SOTTO_DATABASE_UNREACHABLE", `the database cannot serve: ${told}`, state, true);
  }
  return new DatabaseError("SOTTO_DATABASE", `the database failed: ${told} (${state})`, state, false);
}

/** Whether an error is the database's answer of this kind. */
export function isState(error: unknown, ...states: readonly string[]): boolean {
  return error instanceof DatabaseError && states.includes(error.state);
}
