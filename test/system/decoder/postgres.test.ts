import { afterAll, beforeAll } from "vitest";
import { postgresPlace } from "../../decoder/postgres/place.ts";
import { describeStore } from "../../decoder/store/contract.ts";
import { debianCluster } from "../../resolver/postgres/cluster.ts";
import { HASTE, TestServer } from "../../resolver/postgres/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.on(await debianCluster(HASTE));
});
afterAll(() => server.stop());

describeStore("PostgresStore in Debian's PostgreSQL", async () => postgresPlace(server, "postgres"));
