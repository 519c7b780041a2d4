import type { Answer } from "@sotto/client/sending";
import { isDoNotTrack } from "@sotto/client/sending";
import { describe, expect, it } from "vitest";
import { deliver, judge } from "../../client/delivery.ts";
import { pipeline } from "../../client/pipeline.ts";

const ACK = ["198.18.0.7", "198.18.0.9"];
const addresses = (...list: string[]): Answer => ({ type: "addresses", addresses: list });

describe("delivered (protocol.md section 3)", () => {
  it("is exactly one A record that is an ack address", () => {
    for (const ack of ACK) expect(judge(addresses(ack), ACK).type).toBe("acked");
  });

  it("is not: another address, the nak address, an ack address among others, no answer", () => {
    const others = [
      addresses("198.18.0.8"),
      addresses(ACK[0] ?? "", ACK[1] ?? ""),
      addresses(ACK[0] ?? "", "192.0.2.1"),
    ];
    for (const answer of [...others, { type: "failed", reason: "EAI_AGAIN" } as const]) {
      expect(judge(answer, ACK).type).toBe("unconfirmed");
    }
  });

  it("is refused when the name is not there or is given 0.0.0.0, as filters do", () => {
    for (const answer of [{ type: "not-found" } as const, addresses("0.0.0.0"), addresses()]) {
      expect(judge(answer, ACK).type).toBe("refused");
    }
  });
});

describe("deliver", () => {
  const scripted = (...answers: Answer[]) => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      return answers[asked.length - 1] ?? { type: "failed" as const, reason: "ETIMEOUT" };
    };
    return { asked, lookup };
  };

  it("repeats the identical name when nobody answered, at most three times", async () => {
    const late = scripted({ type: "failed", reason: "ETIMEOUT" }, addresses("198.18.0.7"));
    expect((await deliver("name.", ACK, late.lookup)).type).toBe("acked");
    expect(late.asked).toEqual(["name.", "name."]);
    const never = scripted();
    expect(await deliver("name.", ACK, never.lookup)).toMatchObject({
      type: "unconfirmed",
      code: "SOTTO_LOOKUP_FAILED",
    });
    expect(never.asked).toHaveLength(3);
  });

  it("does not repeat what was refused or naked", async () => {
    for (const answer of [{ type: "not-found" } as const, addresses("198.18.0.8")]) {
      const { asked, lookup } = scripted(answer);
      expect((await deliver("name.", ACK, lookup)).type).not.toBe("acked");
      expect(asked).toHaveLength(1);
    }
  });
});

describe("DO_NOT_TRACK", () => {
  it("asks for silence unless it is empty, 0 or false", () => {
    for (const value of ["1", "true", "TRUE", "yes", "on", "anything"])
      expect(isDoNotTrack({ DO_NOT_TRACK: value })).toBe(true);
    for (const value of [undefined, "", "0", "false", "False"])
      expect(isDoNotTrack({ DO_NOT_TRACK: value })).toBe(false);
  });
});

describe("many reports at once", () => {
  it("are answered in their order, with no more under way than allowed", async () => {
    let underWay = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number) => {
      most = Math.max(most, ++underWay);
      for (let turn = 0; turn < (item * 7) % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return item;
    };
    for await (const result of pipeline(
      Array.from({ length: 50 }, (_, i) => i),
      4,
      work,
    ))
      results.push(result);
    expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(most).toBe(4);
  });
});
