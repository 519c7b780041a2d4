import { afterAll, beforeAll, it } from "vitest";
import { TestServer } from "../../resolver/postgres/server.ts";
import { describeStore } from "../store/contract.ts";
import { compareWithModel } from "../store/randomcommands.ts";
import { postgresPlace } from "./place.ts";

/** Sorts by another order than that of octets. */
const DATABASE = "swedish";

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
  await server.ask(
    "postgres",
    `CREATE DATABASE ${DATABASE} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' LOCALE 'C'`,
  );
}, 60_000);
afterAll(() => server.stop());

const place = async () => postgresPlace(server, DATABASE);

describeStore("PostgresStore", place);

it("does what the model does, whatever is asked of it", () => compareWithModel(place, 15));
