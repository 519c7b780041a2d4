import { randomInt } from "node:crypto";

/** The numbers below `count`, at most 65,536, in uniformly random order (Fisher-Yates). */
export function shuffled(count: number): Uint16Array {
  const order = Uint16Array.from({ length: count }, (_, place) => place);
  for (let i = count - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}
