import { afterAll, beforeAll } from "vitest";
import { TestServer } from "../../resolver/postgres/server.ts";
import { describeStore } from "../store/contract.ts";
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
});
afterAll(() => server.stop());

describeStore("PostgresStore", async () => postgresPlace(server, DATABASE));
