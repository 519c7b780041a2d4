/** A year of a zone: what is true beside what decoders count and estimate: `npm run simulate -- --help`. */
import { main } from "./command.ts";

process.exitCode = await main(process.argv.slice(2));
