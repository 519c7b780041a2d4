import { onTestFinished } from "vitest";

type AgeFiles = typeof import("../../keys/agefile.ts");

/** How much work scrypt is when the code under test does not say. */
let factor: number | undefined = 1;

/**
 * The module of age files, to be mocked with: a passphrase costs the least of work unless the code under test says
 * otherwise, so that tests are quick whose subject is not that work.
 */
export function withLeastWork(original: AgeFiles): AgeFiles {
  const { encryptWithPassphrase } = original;
  return {
    ...original,
    encryptWithPassphrase: (text, passphrase, workFactor = factor) =>
      encryptWithPassphrase(text, passphrase, workFactor),
  };
}

/** Has this test do the work that a user's files cost. */
export function workInEarnest(): void {
  factor = undefined;
  onTestFinished(() => {
    factor = 1;
  });
}
