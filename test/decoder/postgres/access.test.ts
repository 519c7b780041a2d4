import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { PostgresStore } from "../../../decoder/postgres/postgresstore.ts";
import { QueueDatabase } from "../../../decoder/queue/database.ts";
import { listDatabase } from "../../../decoder/source/database.ts";
import { freePort } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { certificateFile, placeCertificate, WITH_TLS } from "../../resolver/postgres/certificate.ts";
import { passwordServer } from "../../resolver/postgres/passwordserver.ts";
import { TestServer } from "../../resolver/postgres/server.ts";
import { DAY, frameOf, gather, idOf, recordOf, scanInto, segmentOf } from "../store/samples.ts";
import { type PostgresPlace, postgresPlace } from "./place.ts";

const DATABASE = "postgres";
const SECRET = "h0rse battery/staple:@";

let server: TestServer;
let place: PostgresPlace;
const ask = (text: string) => server.ask(DATABASE, text);

beforeAll(async () => {
  server = await TestServer.start(WITH_TLS, placeCertificate);
  for (const role of ["north", "south", "reader", "worker"]) await ask(`CREATE ROLE ${role} LOGIN`);
  await ask(`CREATE ROLE careful LOGIN PASSWORD '${SECRET}' IN ROLE sotto_with_password`);
});
afterAll(() => server.stop());

beforeEach(() => {
  place = postgresPlace(server, DATABASE);
  return () => place.remove();
});

/** The place's store, opened by a login. */
async function openAs(user: string, readOnly = false): Promise<PostgresStore> {
  const store = await PostgresStore.open(`${server.storeOf(DATABASE, user, "")}?schema=${place.schema}`, { readOnly });
  onTestFinished(() => store.close());
  return store;
}

const ONE = { frames: [frameOf("f")], messages: [recordOf("f")] };

describe("rights", () => {
  beforeEach(() => ask(`CREATE SCHEMA ${place.schema} AUTHORIZATION north`));

  it("to own a schema are all that a project's login needs; another project's gets at nothing", async () => {
    const store = await openAs("north");
    await scanInto(store, segmentOf("a"), ONE);
    expect(await store.forget([idOf("f")])).toBe(1);
    expect(await store.expire({ recordsBefore: DAY, segmentsBefore: 4e9, retired: new Set(["a1b2c3d4"]) })).toEqual({
      ...{ messages: 1, parts: 0, frames: 1 },
    });
    for (const readOnly of [true, false]) {
      const refused = { code: "SOTTO_STORE_RIGHTS", message: expect.stringMatching(/may not use the schema/) };
      await expect(openAs("south", readOnly)).rejects.toMatchObject(refused);
    }
  });

  it("to read are enough for every answer, and for nothing else", async () => {
    await ask(`GRANT USAGE ON SCHEMA ${place.schema} TO reader`);
    await ask(`ALTER DEFAULT PRIVILEGES FOR ROLE north IN SCHEMA ${place.schema} GRANT SELECT ON TABLES TO reader`);
    await scanInto(await openAs("north"), segmentOf("a"), ONE);
    const store = await openAs("reader", true);
    expect(await gather(store.messagesIn(["record"]))).toEqual([recordOf("f")]);
    expect(await gather(store.tally({ report: "weekly", from: 0, until: 9999 }))).toHaveLength(1);
    expect([await store.losses(), await store.segments()]).toMatchObject([[{ count: 3 }], [{ pass: 1 }]]);
    expect((await store.framesById([idOf("f")])).size).toBe(1);
    await expect(store.scan(segmentOf("b"))).rejects.toMatchObject({ code: "SOTTO_STORE_READ_ONLY" });
    const writing = await openAs("reader");
    const denied = { code: "SOTTO_STORE_DATABASE", message: expect.stringMatching(/^[^\n]*permission denied[^\n]*$/) };
    await expect(scanInto(writing, segmentOf("b"), ONE)).rejects.toMatchObject(denied);
    await expect(writing.forget([idOf("f")])).rejects.toMatchObject(denied);
  });

  it("to change rows let a worker scan and delete; tables are written anew when their owner comes by", async () => {
    const owner = await openAs("north");
    await ask(`GRANT USAGE ON SCHEMA ${place.schema} TO worker`);
    await ask(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${place.schema} TO worker`);
    const worker = await openAs("worker");
    await scanInto(worker, segmentOf("a"), ONE);
    const owed = async () => (await ask(`SELECT rewrite FROM ${place.schema}.about`))[0]?.rewrite;
    expect(await worker.forget([idOf("f")])).toBe(1);
    expect(await owed()).toEqual(["messages"]);
    expect(await owner.forget([])).toBe(0);
    expect(await owed()).toEqual([]);
  });
});

describe("a schema", () => {
  it("that is not there is made for writing, by one of many who come at once, and never for reading", async () => {
    const missing = { code: "SOTTO_STORE_MISSING", message: expect.stringMatching(/^there is no store postgres:/) };
    await expect(place.open({ readOnly: true })).rejects.toMatchObject(missing);
    expect(await ask(`SELECT FROM pg_namespace WHERE nspname = '${place.schema}'`)).toEqual([]);
    const stores = await Promise.all(Array.from({ length: 5 }, () => place.open()));
    for (const store of stores) expect(await store.segments()).toEqual([]);
    for (const store of stores) await store.close();
  });

  it("with something else in it is refused, and left as it is", async () => {
    await ask(`CREATE SCHEMA ${place.schema}`);
    for (const table of ["somebodys (a int)", "about (a int)", "about (format text, version int)"]) {
      await ask(`CREATE TABLE ${place.schema}.${table}`);
      for (const readOnly of [true, false]) {
        await expect(place.open({ readOnly })).rejects.toMatchObject({ code: "SOTTO_STORE_FOREIGN" });
      }
      expect(await ask(`SELECT FROM pg_class WHERE relnamespace = '${place.schema}'::regnamespace`)).toHaveLength(1);
      await ask(`DROP TABLE ${place.schema}.${table.split(" ")[0]}`);
    }
  });

  it("of a newer version is refused, also by who opened it before that came", async () => {
    const store = await place.open();
    onTestFinished(() => store.close());
    await ask(`UPDATE ${place.schema}.about SET version = 2`);
    const newer = { code: "SOTTO_STORE_NEWER", message: expect.stringMatching(/^a newer version of sotto-decoder/) };
    for (const readOnly of [true, false]) await expect(place.open({ readOnly })).rejects.toMatchObject(newer);
    await expect(scanInto(store, segmentOf("a"), ONE)).rejects.toMatchObject(newer);
    await expect(store.forget([idOf("f")])).rejects.toMatchObject(newer);
    await ask(`UPDATE ${place.schema}.about SET version = 0`);
    await expect(place.open({ readOnly: true })).rejects.toMatchObject({ code: "SOTTO_STORE_OLDER" });
  });

  it("is named by small letters, digits and _, and its database holds any script", async () => {
    for (const name of ["North", "a-b", "1a", "", "x".repeat(64), 'a"; DROP SCHEMA b']) {
      const store = `${server.storeOf(DATABASE)}?schema=${encodeURIComponent(name)}`;
      await expect(PostgresStore.open(store)).rejects.toMatchObject({ code: "SOTTO_STORE_SCHEMA" });
    }
    await ask("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    await expect(PostgresStore.open(server.storeOf("latin"))).rejects.toMatchObject({
      code: "SOTTO_STORE_ENCODING",
      message: "the database's encoding is LATIN1: records need UTF8",
    });
  });
});

describe("a connection", () => {
  it("is by TLS where libpq's settings say so, and not made to who has another certificate", async () => {
    const via = (ca: string) => {
      const tls = `&sslmode=verify-full&sslrootcert=${certificateFile(ca)}`;
      return PostgresStore.open(place.store.replace("127.0.0.1", "localhost") + tls);
    };
    const store = await via("ca.pem");
    const encrypted = await ask("SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl");
    expect(encrypted).toEqual([{ ssl: true }]);
    await store.close();
    await expect(via("other-ca.pem")).rejects.toMatchObject({ code: "SOTTO_STORE_UNREACHABLE" });
  });

  it("says in one line why it is none, and never the password", async () => {
    const encoded = encodeURIComponent(SECRET);
    const address = `127.0.0.1:${server.port}/${DATABASE}`;
    const attempts = [
      [`postgres://careful:${encoded}x@${address}`, "SOTTO_STORE_LOGIN"],
      [`postgres://careful:${encoded}@${address}_missing`, "SOTTO_STORE_LOGIN"],
      [`postgres://careful:${encoded}@127.0.0.1:${await freePort()}/sotto`, "SOTTO_STORE_UNREACHABLE"],
      [`postgres://careful:${encoded}@no-such-host.invalid/sotto?schema=a`, "SOTTO_STORE_UNREACHABLE"],
      [`postgres://careful:${encoded}@${address}?sslmode=sometimes`, "SOTTO_CONNECTION_STRING"],
      [`postgres://careful:${encoded}@[broken/${encoded}`, "SOTTO_STORE_UNREACHABLE"],
      [`postgres://careful:${encoded}@${address}?schema=A`, "SOTTO_STORE_SCHEMA"],
      [`postgres://careful:${encoded}@${address}?schema=not_there`, "SOTTO_STORE_MISSING"],
    ] as const;
    for (const [store, code] of attempts) {
      const error = await PostgresStore.open(store, { readOnly: true }).then(
        () => expect.fail("a store was opened"),
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ code, message: expect.stringMatching(/^[^\n]+$/) });
      const all = inspect(error, { depth: 10, showHidden: true });
      for (const secret of [SECRET, encoded, "battery"]) expect(all).not.toContain(secret);
    }
  });

  it("hangs up where it is asked for a password and has none, so that no command ends a minute late", async () => {
    const asking = await passwordServer();
    const opening = PostgresStore.open(`postgres://careful@127.0.0.1:${asking.port}/sotto`, { readOnly: true });
    await expect(opening).rejects.toMatchObject({ code: "SOTTO_STORE_UNREACHABLE" });
    const listing = listDatabase(`postgres://careful@127.0.0.1:${asking.port}/sotto`);
    await expect(listing).rejects.toMatchObject({ code: "SOTTO_SOURCE_READ" });
    const queue = new QueueDatabase(`postgres://careful@127.0.0.1:${asking.port}/sotto`);
    await expect(queue.executeSql("SELECT 1")).rejects.toThrow(/password/);
    expect(await asking.hungUp()).toBe(3);
  });

  it("takes its password from a file that nobody else may read", async () => {
    const path = join(await temporaryFolder(), "pgpass");
    const store = `postgres://careful@127.0.0.1:${server.port}/${DATABASE}?schema=${place.schema}`;
    const line = `127.0.0.1:*:*:careful:${SECRET.replaceAll(":", "\\:")}\n`;
    const before = process.env.PGPASSFILE;
    process.env.PGPASSFILE = path;
    onTestFinished(() => {
      if (before === undefined) delete process.env.PGPASSFILE;
      else process.env.PGPASSFILE = before;
    });
    await ask(`CREATE SCHEMA ${place.schema} AUTHORIZATION careful`);
    writeFileSync(path, line, { mode: 0o600 });
    await (await PostgresStore.open(store)).close();
    const shared = `${path}.shared`;
    writeFileSync(shared, line, { mode: 0o644 });
    process.env.PGPASSFILE = shared;
    await expect(PostgresStore.open(store)).rejects.toMatchObject({
      code: "SOTTO_PASSFILE",
      message: `others may read the file of passwords: chmod 0600 ${shared}`,
    });
  });
});
