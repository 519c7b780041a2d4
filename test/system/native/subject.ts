import { batchOf, type NativeBatch, type NativeKeyPair, type NativeMatch } from "../../../native/batch.ts";
import { type Binding, loadBinding } from "../../../native/binding.ts";

/** How much a subject is given to do: the same of everything, of some less where a CPU is emulated. */
export interface Amount {
  /** Random points. */
  readonly points: number;
  /** The longest list of which every length, and every place in it, is tried. */
  readonly longest: number;
  /** Iterations of RFC 7748, section 5.2, one after the other. */
  readonly iterations: number;
}

/** What takes about a second on a CPU. */
export const FULL: Amount = { points: 20_000, longest: 70, iterations: 1_000 };

/** What takes some seconds on an emulated one. `npm run points` gives it more. */
export const REDUCED: Amount = { points: 500, longest: 18, iterations: 1 };

/** A path that is tested, in this process or another: {@link NativeBatch}, asked and answered. */
export interface Subject {
  readonly path: string;
  readonly amount: Amount;
  match(frames: Uint8Array, keys: readonly NativeKeyPair[]): Promise<NativeMatch[]>;
  x25519(scalar: Uint8Array, points: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** The binding of the package, as `npm run build:native` made it. */
export function builtBinding(): Binding {
  try {
    return loadBinding();
  } catch (cause) {
    throw new Error("the binaries of @sotto/native are not built: npm run build:native", { cause });
  }
}

/** Every path that this CPU runs. Prints which ones it does not, and why. */
export function builtSubjects(): Subject[] {
  const binding = builtBinding();
  for (const { name, feature, runs } of binding.paths)
    if (!runs) process.stdout.write(`${name}: not run: no ${feature}\n`);
  const running = binding.paths.filter(({ runs }) => runs);
  return running.map(({ name }) => subjectOf(batchOf(binding, name), FULL));
}

/** A batch of this process. */
export function subjectOf(batch: NativeBatch, amount: Amount): Subject {
  return {
    path: batch.path,
    amount,
    match: async (frames, keys) => batch.match(frames, keys),
    x25519: async (scalar, points) => batch.x25519(scalar, points),
    close: () => {},
  };
}
