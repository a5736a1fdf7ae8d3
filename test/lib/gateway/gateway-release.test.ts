import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LIBRARY_VERSION } from "../../../lib/gateway/gateway-release";
import { GatewayStack } from "./gateway-stack";

const released = (release?: string) => {
  const stack = new GatewayStack();
  stack.gateway({ release });
  return stack.attributes("azurerm_api_management_named_value");
};

describe("the release of a gateway", () => {
  it("is readable on the service: the library's version and the stack's", () => {
    expect(released("2027-03-01.2")).toMatchObject([
      { name: "ai-gateway-release", value: `library/${LIBRARY_VERSION} stack/2027-03-01.2` },
    ]);
  });

  it("is written nowhere unless it is given", () => {
    expect(released()).toEqual([]);
  });

  it("is one word", () => {
    expect(() => released("a b")).toThrow(/release must be 1 to 100 letters, digits/);
  });

  it("has the version of the manifest", () => {
    const manifest = JSON.parse(readFileSync(resolve(__dirname, "../../../package.json"), "utf8")) as {
      version: string;
    };
    expect(LIBRARY_VERSION).toBe(manifest.version);
  });
});
