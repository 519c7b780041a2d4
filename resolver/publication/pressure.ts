import underPressure from "@fastify/under-pressure";
import type { FastifyInstance } from "fastify";

/**
 * Mean delay of the event loop beyond which publication answers 503, in milliseconds. Resolvers begin to ask again, and
 * so to double the load, after some 400 ms; a loop that is late by an eighth of that on the average is on its way there,
 * and a reader of the log can wait where a name query cannot. A single pause does not move the mean that far.
 */
const MAX_EVENT_LOOP_DELAY_MILLISECONDS = 50;

/** How often that mean is taken, in milliseconds: long enough for some ten turns of a late loop, short enough to notice a burst. */
const SAMPLE_MILLISECONDS = 500;

/** When to come back, in seconds: longer than a burst, much shorter than the days for which a segment can be fetched. */
const RETRY_AFTER_SECONDS = 2;

/** Sheds the load of publication before name service suffers: 503 with Retry-After, decided before anything is read. */
export function shedLoad(app: FastifyInstance): void {
  app.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MILLISECONDS,
    sampleInterval: SAMPLE_MILLISECONDS,
    retryAfter: RETRY_AFTER_SECONDS,
    exposeStatusRoute: false,
  });
}
