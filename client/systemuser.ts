import { nodeOs } from "./builtin.ts";

/** What `homedir` says, which looks at this variable first; Node's `os` is loaded only where it is not set. */
export function systemHome({ HOME = "" }: NodeJS.ProcessEnv, platform: string): string | null {
  if (platform !== "win32" && HOME !== "") return HOME;
  try {
    return nodeOs().homedir();
  } catch {
    return null;
  }
}

/** The working folder; null where it is gone. */
export function systemFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
