import * as wire from "@sotto/wire";
import { decodePublicKey, parseReceipt, parseText, parseZone, SottoError } from "@sotto/wire";
import { describe, expect, it } from "vitest";

describe("every error of the package", () => {
  const classes = Object.entries(wire).filter(([name]) => name.endsWith("Error"));

  it.each(classes)("%s is a SottoError", (_, value) => {
    expect(value === SottoError || Object.getPrototypeOf(value) === SottoError).toBe(true);
  });

  it.each([
    ["KeyError", () => decodePublicKey("x")],
    ["TextError", () => parseText(new Uint8Array(0))],
    ["ReceiptError", () => parseReceipt("")],
    ["ZoneError", () => parseZone("")],
  ])("%s has its class's name, a stable code and one line for a person", (name, attempt) => {
    let caught: unknown;
    try {
      attempt();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SottoError);
    expect(caught).toMatchObject({ name, code: expect.stringMatching(/^SOTTO_[A-Z0-9_]+$/) });
    expect(String(caught)).toMatch(/^\w+: [^\n]+$/);
  });
});
