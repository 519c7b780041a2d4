import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { createPublication } from "../../../resolver/publication/app.ts";
import { hourEntry, zoneOf } from "./zone.ts";

/** Turns of the event loop to wait for at most: the mean is taken twice a second. */
const MAX_TURNS = 200;

/** Keeps the event loop from anything else, as a flood of names does. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it("sheds load while the event loop is late, and comes back when it is not", async () => {
  const app = createPublication([zoneOf([hourEntry(0, 5)])]);
  onTestFinished(() => app.close());
  const urls = ["/", "/v1/segments.json", `/v1/segments/${hourEntry(0, 5).id}.seg`];
  const get = async (url: string) => await app.inject(url);
  expect((await get("/")).statusCode).toBe(200);

  let turns = 0;
  for (; (await get("/")).statusCode === 200 && turns < MAX_TURNS; turns++) {
    block(100);
    await sleep(0);
  }
  for (const url of urls) {
    const { statusCode, headers, body } = await get(url);
    expect([statusCode, body]).toEqual([503, '{"error":"busy, come back later"}']);
    expect(headers).toMatchObject({
      "retry-after": "2",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  }

  for (turns = 0; (await get("/")).statusCode === 503 && turns < MAX_TURNS; turns++) await sleep(50);
  expect((await get("/")).statusCode).toBe(200);
});
