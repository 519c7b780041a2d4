import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap small. Frames and rows come and go in great numbers and next to nothing of them stays, and V8 would
 * rather let both generations grow than collect them more often: that takes 100 MB for nothing. Call it before much was
 * allocated.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--max-semi-space-size=4");
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=10");
}
