import type { Answer } from "../../client/lookup.ts";
import type { Dice } from "../../test/e2e/dice.ts";
import { happens } from "./chance.ts";
import type { Machine } from "./machine.ts";
import type { Model } from "./model.ts";

/** The zone's ack address. */
export const ACK = "198.18.0.7";

/** The resolver of an installation. */
export interface Resolver {
  /** Share of queries that are lost, each by itself. */
  readonly loss: number;
  /** Whether whoever runs the network has it say "not found" of every name of the zone. */
  readonly isBlocked: boolean;
}

/** What a look-up came to. */
export interface LookedUp {
  readonly answer: Answer;
  /** Whether the collector has the frame, whatever the client heard of it. */
  readonly hasArrived: boolean;
  readonly seconds: number;
}

/** glibc asks twice, and waits five seconds for each answer (resolv.conf(5): attempts, timeout). */
const TRIES = 2;
const TRY_SECONDS = 5;

/** Seconds until an answer that is not lost. */
const ANSWER_SECONDS = 0.2;

/** Draws a resolver. */
export function drawResolver(dice: Dice, model: Model): Resolver {
  return { loss: happens(dice, model.lossyResolvers) ? model.loss : 0, isBlocked: false };
}

/** Looks up a name of ours. */
export function lookUp(dice: Dice, { loss, isBlocked }: Resolver, { lostOutbound }: Model): LookedUp {
  if (isBlocked) return { answer: { type: "not-found" }, hasArrived: false, seconds: ANSWER_SECONDS };
  let hasArrived = false;
  for (let lost = 0; lost < TRIES; lost++) {
    if (!happens(dice, loss)) {
      const answer: Answer = { type: "addresses", addresses: [ACK] };
      return { answer, hasArrived: true, seconds: lost * TRY_SECONDS + ANSWER_SECONDS };
    }
    if (!happens(dice, lostOutbound)) hasArrived = true;
  }
  return { answer: { type: "failed", reason: "EAI_AGAIN" }, hasArrived, seconds: TRIES * TRY_SECONDS };
}

/** Looks a name up without a network. */
export function lookUpOffline({ saysNotFoundOffline }: Machine): LookedUp {
  const answer: Answer = saysNotFoundOffline ? { type: "not-found" } : { type: "failed", reason: "EAI_AGAIN" };
  return { answer, hasArrived: false, seconds: 0 };
}
