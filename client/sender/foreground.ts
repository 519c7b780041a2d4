import type { World } from "../telemetry/world.ts";

/** placeholder until runSender is there */
export async function sendNow(_world: World): Promise<void> {}
