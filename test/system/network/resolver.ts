import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Namespace } from "./namespace.ts";
import type { Program } from "./program.ts";
import { untilAnswers } from "./ready.ts";
import type { FakeRoot } from "./root.ts";

/** A recursive resolver that runs inside a namespace and has been seen to answer. */
export interface Resolver {
  readonly name: string;
  /** Where it listens, on port 53, and where its own queries come from. */
  readonly address: string;
  readonly program: Program;
  /** Frees its address, so that it can be started anew, with an empty cache. Closing the namespace does without. */
  stop(): Promise<void>;
}

/** What tells one resolver program from another. */
export interface Recipe {
  readonly name: string;
  /** In a /24 of its own, so that a server that limits or counts by prefix sees five networks and not one. */
  readonly address: string;
  /** Name of the configuration file. */
  readonly file: string;
  configuration(directory: string, root: FakeRoot): string;
  /** The command line that keeps it in the foreground and reads `configuration`, and nothing from /etc. */
  command(directory: string, configuration: string): readonly string[];
}

export type StartResolver = (namespace: Namespace, root: FakeRoot) => Promise<Resolver>;

/**
 * Makes the function that starts a resolver: empty cache, own directory, and back only when it walks the fake root. A
 * second one of a kind in the same namespace is an error (the first would answer for it); after `stop` it is not.
 */
export function starter(recipe: Recipe): StartResolver {
  return async (namespace, root) => {
    const directory = namespace.makeDirectory(recipe.name);
    const configuration = join(directory, recipe.file);
    writeFileSync(configuration, recipe.configuration(directory, root));
    namespace.addAddress(recipe.address);
    const program = namespace.spawn(recipe.command(directory, configuration), { cwd: directory });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= program.stop().then(() => namespace.removeAddress(recipe.address));
      return stopped;
    };
    try {
      await untilAnswers(namespace, program, recipe.address, root.witness);
    } catch (error) {
      await stop();
      throw error;
    }
    return { name: recipe.name, address: recipe.address, program, stop };
  };
}
