import { afterAll, beforeAll } from "vitest";
import { describeFrameLog } from "../log/contract.ts";
import { TestServer } from "./server.ts";
import { postgresStore } from "./store.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

describeFrameLog("PostgreSQL", async () => postgresStore(server, await server.database()), 2);
