import { SottoError } from "@sotto/wire";

/** The stable code with which something is refused; an error of another kind is passed on, no error is a failure. */
export function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return codeOf(error);
  }
  throw new Error("it was accepted");
}

/** As {@link refusalOf}, for what answers with a promise. */
export async function refusalOfAsync(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return codeOf(error);
  }
  throw new Error("it was accepted");
}

function codeOf(error: unknown): string {
  if (error instanceof SottoError) return error.code;
  throw error;
}
