import { existsSync, readFileSync } from "node:fs";
import { isOnTerminal } from "../onterminal.ts";
import { agentOf } from "./agents.ts";
import { type CiVendor, type Environment, isCi } from "./ci.ts";
import type { Runner } from "./values.ts";
import { knownVendors } from "./vendors.ts";

/** What tells who runs a program. */
export interface Surroundings {
  readonly environment: Environment;
  readonly vendors: readonly CiVendor[];
  /** Whether both standard input and standard output are terminals. */
  readonly isTerminal: boolean;
  readonly exists: (path: string) => boolean;
  /** A file's text; null when there is none that can be read. */
  readonly read: (path: string) => string | null;
}

/** Made by Docker, and by Podman and other users of containers/common, in each container. */
const CONTAINER_FILES = ["/.dockerenv", "/run/.containerenv"];

/** Made in a Toolbx container: a person's work place, whose home, and so our state, is the host's. */
const WORKPLACE_FILE = "/run/.toolboxenv";

/** Set in a Distrobox container, which is the same. */
const WORKPLACE_VARIABLE = "DISTROBOX_ENTER_PATH";

/** On a machine of the agent Devin (github.com/vercel/vercel, packages/detect-agent). */
const DEVIN_FILE = "/opt/.devin";

/** A process' control groups: what container engines name after the container. (On cgroup v2 it is mostly `0::/`.) */
const CGROUP_FILE = "/proc/self/cgroup";

/** Not `docker` alone: on a host, docker.service is the engine and no container. */
const CONTAINER_GROUP = /\/docker[/-][0-9a-f]{12}|\/kubepods|\/lxc[/.]|\/libpod-|cri-containerd-|\/crio-|\/ecs\//;

/**
 * Who runs the program: the first that fits. What comes first spoils the figures most: CI jobs and containers mostly
 * start without state and count anew each time, as an installation of age 1; an agent is no person, whatever terminal
 * it simulates. A person in a container is taken for a container, since what is asked is whether the state lasts; in
 * Toolbx and Distrobox it does, and they count as no container.
 */
export function runnerOf(surroundings: Surroundings): Runner {
  const { environment, vendors, isTerminal, exists } = surroundings;
  if (isCi(environment, vendors)) return "ci";
  if (agentOf(environment) !== null || exists(DEVIN_FILE)) return "agent";
  if (isContainer(surroundings)) return "container";
  return isTerminal ? "terminal" : "script";
}

/** Whether a CI job runs this process. */
export function isSystemCi(environment: Environment): boolean {
  return isCi(environment, knownVendors());
}

/** The surroundings of this process: the edge of what is otherwise pure. */
export function systemSurroundings(): Surroundings {
  return {
    environment: process.env,
    vendors: knownVendors(),
    isTerminal: isOnTerminal(),
    exists: existsSync,
    read: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
  };
}

function isContainer({ environment, exists, read }: Surroundings): boolean {
  if (isSet(environment[WORKPLACE_VARIABLE]) || exists(WORKPLACE_FILE)) return false;
  if (CONTAINER_FILES.some(exists) || isSet(environment.KUBERNETES_SERVICE_HOST)) return true;
  // systemd's convention for container managers; Flatpak, a package format, sets it as well.
  if (isSet(environment.container) && environment.container !== "flatpak") return true;
  return CONTAINER_GROUP.test(read(CGROUP_FILE) ?? "");
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
