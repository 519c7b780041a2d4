/** What share of a simulated population is counted, and whether any is counted twice: `npm run population -- --help`. */
import { main } from "./command.ts";

process.exitCode = main(process.argv.slice(2));
