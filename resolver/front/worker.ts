/** A process that answers DNS for a server with several workers; it lives as long as its server does. */
import { answerCalls, type Offer } from "./calls.ts";
import { FRONT_CALLS, LocalFront } from "./front.ts";

const front = new LocalFront(() => Date.now() / 1000);
const offer = Object.fromEntries(FRONT_CALLS.map((name) => [name, front[name].bind(front)])) as Offer;
answerCalls(process, offer);
process.on("disconnect", () => process.exit());
// The server ends its workers when it is ready to; a terminal sends its signals to all of them.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
