import { Socket } from "node:dgram";
import { describe, expect, it, vi } from "vitest";
import { makeQuery } from "../../e2e/asker.ts";
import { listen } from "./listening.ts";
import { Served, ZONE } from "./served.ts";

describe("DNS over UDP", () => {
  it("does not answer port 0, which nobody has, and serves on", async () => {
    const on = vi.spyOn(Socket.prototype, "on");
    const { askUdp } = await listen(new Served());
    const listeners = on.mock.calls.filter(([event]) => String(event) === "message").map(([, listener]) => listener);
    on.mockRestore();
    const query = Buffer.from(new Uint8Array(makeQuery({ name: `x.${ZONE}` }, 1)));
    // The first listener is the server's, the other the asker's.
    listeners[0]?.(query, { address: "127.0.0.1", port: 0, family: "IPv4", size: query.length });
    expect((await askUdp(query)).readUInt16BE(0)).toBe(1);
  });
});
