import { secondsToRetry } from "@sotto/wire";
import { describe, expect, it } from "vitest";

describe("secondsToRetry (RFC 9110 sections 10.2.3 and 15.6.4)", () => {
  it("waits as long as a server under load says, within bounds, and only then", () => {
    expect(secondsToRetry(503, "2")).toBe(2);
    expect(secondsToRetry(429, "0")).toBe(0);
    expect(secondsToRetry(503, "86400")).toBe(30);
    for (const unreadable of [null, "", "soon", "Sat, 21 Nov 2026 10:00:00 GMT", "-1"]) {
      expect(secondsToRetry(503, unreadable)).toBe(5);
    }
    for (const status of [200, 404, 500]) expect(secondsToRetry(status, "2")).toBeNull();
  });
});
