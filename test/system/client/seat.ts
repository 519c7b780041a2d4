import { type Session, type Step, sitAt } from "../keys/person.ts";
import type { User } from "./user.ts";

/**
 * Sits a person before a program at a pseudo-terminal, with nothing but the user's own environment: that of whoever runs
 * the tests may be that of a CI job, where nobody is asked.
 *
 * @param shell what a shell does with the program, which it has as its arguments.
 */
export async function sitBefore(
  user: User,
  argv: readonly string[],
  steps: readonly Step[] = [],
  shell = 'exec "$@"',
): Promise<Session> {
  const environment = Object.entries(user.environment).map(([name, value]) => `${name}=${value}`);
  const wrapper = ["env", "-i", ...environment, "TERM=xterm", "sh", "-c", shell, "sh"];
  return await sitAt(argv, steps, { cwd: user.home, wrapper });
}
