import { batchOf, type NativeBatch, type NativeKeyPair, type NativeMatch } from "../../../native/batch.ts";
import { type Binding, loadBinding } from "../../../native/binding.ts";

/** A path that is tested, in this process or another: {@link NativeBatch}, asked and answered. */
export interface Subject {
  readonly path: string;
  /** Random points that it is to work out in a test: fewer where a CPU is emulated. */
  readonly points: number;
  match(frames: Uint8Array, keys: readonly NativeKeyPair[]): Promise<NativeMatch[]>;
  x25519(scalar: Uint8Array, points: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** What a subject works out in a test where nothing slows it. */
const POINTS = 20_000;

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
  return binding.paths.filter(({ runs }) => runs).map(({ name }) => subjectOf(batchOf(binding, name)));
}

/** A batch of this process. */
export function subjectOf(batch: NativeBatch): Subject {
  return {
    path: batch.path,
    points: POINTS,
    match: async (frames, keys) => batch.match(frames, keys),
    x25519: async (scalar, points) => batch.x25519(scalar, points),
    close: () => {},
  };
}
